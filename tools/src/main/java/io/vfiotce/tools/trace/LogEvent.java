package io.vfiotce.tools.trace;

/** The fields of one log event; reused from line to line. Fields an event does not have keep old values. */
final class LogEvent {
    LogEventType type;
    long line;
    long timeMicros;
    long threadId;
    long liobn;

    /** Bus address; for XLATE the offset inside the window. */
    long ioba;

    /** TCE of a call or list entry; for XLATE the translated address. */
    long tce;

    long listGpa;

    /** Index of the last entry handled by INDIRECT, or of a list entry. */
    int index;

    int pages;
    long status;
    int perm;
    int maskBits;

    /** Window shape as logged; not checked yet. */
    int pageShift;

    long startBytes;
    long sizeBytes;
    long entries;
    long buid;

    boolean succeeded() {
        return status == 0;
    }

    TraceFormatException error(final String what) {
        return TraceFormatException.atLine(line, what);
    }
}
