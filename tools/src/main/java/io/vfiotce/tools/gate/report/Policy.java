package io.vfiotce.tools.gate.report;

import java.util.Map;

/**
 * Which verdicts block.
 *
 * @param inconclusive what an INCONCLUSIVE row does: fail, warn or pass
 * @param invalid what an INVALID row does: fail or warn
 */
public record Policy(String inconclusive, String invalid) {
    private static final String FAIL = "fail";
    private static final String WARN = "warn";

    static Policy of(final GateReport report) {
        final Map<String, String> envelope = report.envelope();
        return new Policy(
                envelope.getOrDefault(EnvelopeKeys.ON_INCONCLUSIVE, WARN),
                envelope.getOrDefault(EnvelopeKeys.ON_INVALID, FAIL));
    }

    /**
     * Whether a verdict of a layer ends the run with another code than 0.
     *
     * @param verdict the verdict
     * @return whether it does
     */
    public boolean blocks(final Verdict verdict) {
        return switch (verdict) {
            case PASS, IMPROVED, NEW, WARN -> false;
            case INCONCLUSIVE -> inconclusive.equals(FAIL);
            case FAIL, MISSING -> true;
            case INVALID -> !invalid.equals(WARN);
        };
    }

    /** Whether any layer of a row blocks; a row without layers does, for nothing was shown. */
    boolean blocks(final RowResult row) {
        return row.layers().isEmpty() || row.layers().stream().anyMatch(layer -> blocks(layer.verdict()));
    }

    /** Whether a verdict neither blocks nor counts as passed. */
    boolean skips(final Verdict verdict) {
        return !blocks(verdict)
                && (verdict == Verdict.INVALID || verdict == Verdict.INCONCLUSIVE && inconclusive.equals(WARN));
    }
}
