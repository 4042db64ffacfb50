package io.vfiotce.tools.gate.report;

/** Keys of a report's envelope that the forms of output read. A report may lack any of them. */
public final class EnvelopeKeys {
    /** How long the run took, in whole milliseconds. */
    public static final String ELAPSED_MS = "elapsedMs";

    /** The command line that repeats the run. The forms add {@code --include} with one row's pattern to it. */
    public static final String REPRODUCE = "reproduce";

    /** What an INCONCLUSIVE row does: {@code fail}, {@code warn} (the default) or {@code pass}. */
    public static final String ON_INCONCLUSIVE = "onInconclusive";

    /** What an INVALID row does: {@code fail} (the default) or {@code warn}. */
    public static final String ON_INVALID = "onInvalid";

    /** The slowdown that nobody should act on, as a ratio: 0.01 is one percent. */
    public static final String MARGIN = "margin";

    private EnvelopeKeys() {}
}
