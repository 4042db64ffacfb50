package io.vfiotce.tools.trace;

/** Window shapes from the fields of log events. */
final class LogGeometry {
    private LogGeometry() {}

    /** From an event that gives a number of entries. */
    static WindowGeometry ofEntries(final LogEvent event) throws TraceFormatException {
        try {
            return new WindowGeometry(event.pageShift, event.startBytes, event.entries);
        } catch (final IllegalArgumentException e) {
            throw event.error(e.getMessage());
        }
    }

    /** From an event that gives a size in bytes. */
    static WindowGeometry ofBytes(final LogEvent event) throws TraceFormatException {
        try {
            return WindowGeometry.ofBytes(event.pageShift, event.startBytes, event.sizeBytes);
        } catch (final IllegalArgumentException e) {
            throw event.error(e.getMessage());
        }
    }
}
