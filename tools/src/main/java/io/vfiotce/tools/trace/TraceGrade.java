package io.vfiotce.tools.trace;

/** How much of the original event a record carries. The order is the code in binary traces and never changes. */
public enum TraceGrade {
    /** Everything that matters was logged: arguments and result. */
    EXACT,

    /** Something was not logged but follows from other lines; a replay has the same effect as the original. */
    RECONSTRUCTED,

    /**
     * Something is missing and cannot be inferred: unknown words of an INDIRECT list, the start of a failed STUFF,
     * or a GET or XLATE of an entry whose contents are not known. Results must not be compared.
     */
    LOSSY;

    private static final TraceGrade[] BY_CODE = values();

    /** Number of grades. */
    static final int COUNT = BY_CODE.length;

    static TraceGrade ofCode(final int code) {
        if (code < 0 || code >= COUNT) {
            throw new IllegalArgumentException("no such grade: " + code);
        }
        return BY_CODE[code];
    }
}
