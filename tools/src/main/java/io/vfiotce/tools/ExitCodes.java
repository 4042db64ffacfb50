package io.vfiotce.tools;

/** Exit codes of every command. */
public final class ExitCodes {
    /** All right. */
    public static final int OK = 0;

    /** The check failed. */
    public static final int FAILED = 1;

    /** Bad input or usage. */
    public static final int BAD_INPUT = 2;

    private ExitCodes() {}
}
