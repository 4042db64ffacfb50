package io.vfiotce.tools.trace;

import java.io.IOException;

/** Turns lines of a QEMU log into {@link LogEvent}s and counts the lines that are none. */
final class LogParser {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MAX_SECONDS = Long.MAX_VALUE / MICROS_PER_SECOND - 1;
    private static final int MICROS_DIGITS = 6;
    private static final int MAX_SHIFT = 63;

    private final LogLines lines;
    private final LogCursor cursor = new LogCursor();
    private final LogEvent event = new LogEvent();
    private long ignoredLines;

    LogParser(final LogLines lines) {
        this.lines = lines;
    }

    /** Moves to the next event; null at the end. The event is the same object every time. */
    LogEvent next() throws IOException {
        while (lines.next()) {
            if (parseLine()) {
                return event;
            }
            ignoredLines++;
        }
        return null;
    }

    long lineNumber() {
        return lines.lineNumber();
    }

    long ignoredLines() {
        return ignoredLines;
    }

    private boolean parseLine() throws TraceFormatException {
        cursor.reset(lines.bytes(), lines.lineBytes(), lines.lineNumber());
        try {
            return parseEvent();
        } catch (final TraceFormatException e) {
            if (lines.terminated()) {
                throw e;
            }
            throw TraceFormatException.atLine(
                    lines.lineNumber(), "truncated at line " + lines.lineNumber() + ": " + e.what());
        }
    }

    private boolean parseEvent() throws TraceFormatException {
        final int nameStart = eventStart();
        if (nameStart < 0) {
            requireWhole(looksCut());
            return false;
        }
        event.line = lines.lineNumber();
        parsePrefix(nameStart);
        final LogEventType type = LogEventType.ofName(cursor.word());
        if (type == null) {
            requireWhole(true);
            return false;
        }
        event.type = type;
        cursor.expect(" ");
        switch (type) {
            case PUT, GET, INDIRECT, STUFF -> parseHcall();
            case XLATE -> parseXlate();
            case LIST_ENTRY -> parseListEntry();
            case NEW_TABLE -> parseNewTable();
            case PRE_SAVE, POST_LOAD -> parseMigration();
            default -> parseDynamicWindow();
        }
        cursor.expectEnd();
        return true;
    }

    /** Refuses a line that is not an event only because its end is missing. */
    private void requireWhole(final boolean looksCut) throws TraceFormatException {
        if (looksCut && !lines.terminated()) {
            throw TraceFormatException.atLine(lines.lineNumber(), "the last line is cut");
        }
    }

    /** Where the event name starts, behind nothing or behind something like a time stamp; -1 if nowhere. */
    private int eventStart() {
        final int stampEnd = stampLikeBytes();
        cursor.position(stampEnd);
        final boolean found = cursor.skip(LogEventType.PREFIX);
        cursor.position(0);
        return found ? stampEnd : -1;
    }

    /** Number of leading bytes that a time stamp, good or bad, may have. */
    private int stampLikeBytes() {
        int i = 0;
        while (i < lines.lineBytes() && "0123456789@.:- \t".indexOf(lines.bytes()[i]) >= 0) {
            i++;
        }
        return i;
    }

    /** Whether an unterminated line may be the beginning of an event. */
    private boolean looksCut() {
        final int nameStart = stampLikeBytes();
        cursor.position(nameStart);
        return LogEventType.PREFIX.startsWith(cursor.word()) && cursor.atEnd();
    }

    private void parsePrefix(final int nameStart) throws TraceFormatException {
        event.threadId = 0;
        event.timeMicros = 0;
        if (nameStart == 0) {
            return;
        }
        event.threadId = cursor.decimal("", Long.MAX_VALUE);
        final long seconds = cursor.decimal("@", MAX_SECONDS);
        cursor.expect(".");
        final int fraction = cursor.position();
        final long micros = cursor.decimal("", MICROS_PER_SECOND - 1);
        if (cursor.position() - fraction != MICROS_DIGITS) {
            cursor.position(fraction);
            throw cursor.error("expected six digits of microseconds");
        }
        cursor.expect(":");
        if (cursor.position() != nameStart) {
            throw cursor.error("expected the event name");
        }
        event.timeMicros = seconds * MICROS_PER_SECOND + micros;
    }

    private void parseHcall() throws TraceFormatException {
        event.liobn = cursor.hex("liobn=");
        event.ioba = cursor.hex(" ioba=");
        switch (event.type) {
            case PUT -> event.tce = cursor.hex(" tce=");
            case GET -> {
                event.status = cursor.signed(" ret=");
                event.tce = cursor.hex(" tce=");
                return;
            }
            case INDIRECT -> {
                event.listGpa = cursor.hex(" tcelist=");
                event.index = pageIndex(cursor.hex(" iobaN="));
                event.tce = cursor.hex(" tceN=");
            }
            default -> {
                event.tce = cursor.hex(" tcevalue=");
                event.pages = (int) cursor.decimal(" npages=", TraceBuilder.MAX_STUFF_PAGES);
            }
        }
        event.status = cursor.signed(" ret=");
    }

    private int pageIndex(final long number) throws TraceFormatException {
        if (Long.compareUnsigned(number, TraceBuilder.MAX_INDIRECT_PAGES) >= 0) {
            throw cursor.error(
                    "list index " + Long.toUnsignedString(number) + " is not below " + TraceBuilder.MAX_INDIRECT_PAGES);
        }
        return (int) number;
    }

    private void parseXlate() throws TraceFormatException {
        event.liobn = cursor.hex32("liobn=");
        event.ioba = cursor.hex(" ");
        event.tce = cursor.hex(" -> ");
        event.perm = (int) cursor.decimal(" perm=", TraceBuilder.MAX_PERM);
        event.maskBits = (int) cursor.bareHex32(" mask=");
    }

    private void parseListEntry() throws TraceFormatException {
        event.liobn = cursor.hex("liobn=");
        event.ioba = cursor.hex(" ioba=");
        event.index = pageIndex(cursor.decimal(" i=", Integer.MAX_VALUE));
        event.tce = cursor.hex(" tce=");
    }

    private void parseNewTable() throws TraceFormatException {
        event.liobn = cursor.hex32("liobn=");
        cursor.expect(" table=");
        if (!cursor.skip("(nil)")) {
            cursor.hex("");
        }
        cursor.signed(" fd=");
    }

    /** Both events print LIOBN and entry counts without 0x. */
    private void parseMigration() throws TraceFormatException {
        event.liobn = cursor.bareHex32("liobn=");
        event.entries = cursor.bareHex32(" ");
        if (event.type == LogEventType.POST_LOAD) {
            event.entries = cursor.bareHex32(" => ");
        }
        event.startBytes = cursor.bareHex(" bus_offset=");
        event.pageShift = (int) cursor.decimal(" ps=", Integer.MAX_VALUE);
    }

    private void parseDynamicWindow() throws TraceFormatException {
        if (event.type == LogEventType.DDW_REMOVE) {
            event.liobn = cursor.hex32("liobn=");
            return;
        }
        event.buid = cursor.hex("buid=");
        cursor.hex32(" addr=");
        if (event.type == LogEventType.DDW_QUERY) {
            cursor.decimal(", ", Integer.MAX_VALUE);
            cursor.expect(" windows available");
            cursor.hex(", max window size=");
            cursor.hex32(", mask=");
        } else if (event.type == LogEventType.DDW_CREATE) {
            event.pageShift = shiftOf(cursor.hex(", page size="));
            event.sizeBytes = cursor.hex(", requested=");
            event.startBytes = cursor.hex(", start addr=");
            event.liobn = cursor.hex32(", liobn=");
        }
    }

    private int shiftOf(final long pageSizeBytes) throws TraceFormatException {
        if (Long.bitCount(pageSizeBytes) != 1) {
            throw cursor.error("page size " + WindowGeometry.hex(pageSizeBytes) + " is not a power of two");
        }
        return Math.min(MAX_SHIFT, Long.numberOfTrailingZeros(pageSizeBytes));
    }
}
