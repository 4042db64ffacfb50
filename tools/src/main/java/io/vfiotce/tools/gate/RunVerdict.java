package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.Policy;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Comparator;
import java.util.List;

/**
 * What all rows of a run come to.
 *
 * @param verdict the gravest of the verdicts that block; if none does, the gravest of all, where rows that are new do not count
 *     beside others
 * @param exitCode 0 if nothing blocks, else what {@link GateExitCodes} gives the verdict
 * @param rows the rows, gravest first and otherwise in their order
 */
record RunVerdict(Verdict verdict, int exitCode, List<RowResult> rows) {
    /**
     * Sums up a run.
     *
     * @param rows the rows
     * @param settings which verdicts block
     * @return the sum
     * @throws GateDataException if there are no rows, which would show nothing
     */
    static RunVerdict of(final List<RowResult> rows, final RunSettings settings) {
        if (rows.isEmpty()) {
            throw new GateDataException("no row was judged");
        }
        final List<RowResult> sorted = rows.stream()
                .sorted(Comparator.comparing(RunVerdict::gravest).reversed())
                .toList();
        final List<Verdict> verdicts = sorted.stream().map(RunVerdict::gravest).toList();
        return verdicts.stream()
                .filter(verdict -> blocks(verdict, settings))
                .findFirst()
                .map(verdict -> new RunVerdict(verdict, GateExitCodes.of(verdict), sorted))
                .orElseGet(() -> new RunVerdict(
                        verdicts.stream()
                                .filter(verdict -> verdict != Verdict.NEW)
                                .findFirst()
                                .orElse(Verdict.NEW),
                        GateExitCodes.OK,
                        sorted));
    }

    /** A row of which no layer says anything was expected and did not come. */
    private static Verdict gravest(final RowResult row) {
        return row.layers().stream()
                .map(LayerResult::verdict)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.MISSING);
    }

    private static boolean blocks(final Verdict verdict, final RunSettings settings) {
        return switch (verdict) {
            case PASS, IMPROVED, NEW, WARN -> false;
            case INCONCLUSIVE -> settings.onInconclusive() == Policy.FAIL;
            case INVALID -> settings.onInvalid() == Policy.FAIL;
            case FAIL, MISSING -> true;
        };
    }
}
