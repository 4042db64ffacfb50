package io.vfiotce.tools.conform;

import java.io.IOException;

/** A vector file that cannot be read. The message is one line: file, line number, what is wrong. */
public final class VectorFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Where the error is, the first line is 1. */
    private final long line;

    /** What is wrong, without the place. */
    private final String what;

    VectorFormatException(final String source, final long line, final String what) {
        super(source + ": line " + line + ": " + what);
        this.line = line;
        this.what = what;
    }

    /** {@return the number of the bad line; the first is 1} */
    public long line() {
        return line;
    }

    /** {@return what is wrong, without file and line} */
    public String what() {
        return what;
    }
}
