package io.vfiotce.tools.trace;

import java.io.IOException;

/**
 * A recording that cannot be read. The message is one line that says where (line number or byte offset) and what.
 */
public final class TraceFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What {@link #position()} counts. */
    public enum Unit {
        /** Lines of a text log, the first is 1. */
        LINE,
        /** Bytes of a binary trace, the first is 0. */
        BYTE,
        /** Nothing: the error is not at a place inside the recording. */
        NONE
    }

    /** Where the error is, in units of {@link #unit}. */
    private final long position;

    /** What the position counts. */
    private final Unit unit;

    /** The message without source and position. */
    private final String what;

    private TraceFormatException(
            final String message, final Unit unit, final long position, final String what, final Throwable cause) {
        super(message, cause);
        this.unit = unit;
        this.position = position;
        this.what = what;
    }

    static TraceFormatException atLine(final long line, final String what) {
        return new TraceFormatException("line " + line + ": " + what, Unit.LINE, line, what, null);
    }

    static TraceFormatException atByte(final long byteOffset, final String what) {
        return new TraceFormatException("byte " + byteOffset + ": " + what, Unit.BYTE, byteOffset, what, null);
    }

    static TraceFormatException of(final String what) {
        return new TraceFormatException(what, Unit.NONE, 0, what, null);
    }

    /** The same error, its message led by the name of the recording. */
    TraceFormatException inSource(final String source) {
        return new TraceFormatException(source + ": " + getMessage(), unit, position, what, this);
    }

    /**
     * Where the error is.
     *
     * @return line number or byte offset as {@link #unit()} says; 0 with {@link Unit#NONE}
     */
    public long position() {
        return position;
    }

    /**
     * What {@link #position()} counts.
     *
     * @return the unit
     */
    public Unit unit() {
        return unit;
    }

    /**
     * What is wrong, without the place.
     *
     * @return one line
     */
    public String what() {
        return what;
    }
}
