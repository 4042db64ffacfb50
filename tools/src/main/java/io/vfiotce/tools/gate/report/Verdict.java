package io.vfiotce.tools.gate.report;

/** What the gate says about one layer of one row, in the order of increasing gravity. */
public enum Verdict {
    /** Shown to be below the limit. */
    PASS,
    /** Shown to be faster, or smaller, than the base. */
    IMPROVED,
    /** Only the head has the row: there is nothing to compare. */
    NEW,
    /** The first stage objected and the second did not; or a finding that does not block. */
    WARN,
    /** Neither a regression nor its absence was shown. */
    INCONCLUSIVE,
    /** The host, or a control row, says that this measurement means nothing. */
    INVALID,
    /** The base has the row and the head does not, or a result that was expected did not come. */
    MISSING,
    /** A regression, confirmed: what else could not be judged does not make it less so. */
    FAIL
}
