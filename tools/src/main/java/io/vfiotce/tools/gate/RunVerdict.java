package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.Consequence;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.config.WaivedRows;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Policy;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What all rows of a run come to. Every command that judges takes its verdict and its exit code from here.
 *
 * <p>Each layer of each row counts by itself: a layer that does not block hides none that does.
 *
 * @param verdict the gravest of the verdicts that block; if none does, the gravest of all, where rows that are new do not count
 *     beside others
 * @param exitCode what {@link GateExitCodes} gives the verdict if it blocks; else 0, or 2 if a waiver is not needed
 * @param rows the rows, gravest first and otherwise in their order
 */
record RunVerdict(Verdict verdict, int exitCode, List<RowResult> rows) {
    /**
     * Sums up a run.
     *
     * @param waived the rows after the waivers
     * @param settings which verdicts block
     * @return the sum
     * @throws GateDataException if there are no rows, which would show nothing
     */
    static RunVerdict of(final WaivedRows waived, final RunSettings settings) {
        if (waived.rows().isEmpty()) {
            throw new GateDataException("no row was judged");
        }
        final Policy policy = policy(settings);
        final List<RowResult> sorted = waived.rows().stream()
                .sorted(Comparator.comparing(RunVerdict::gravest).reversed())
                .toList();
        final List<Verdict> verdicts = sorted.stream()
                .flatMap(RunVerdict::verdicts)
                .sorted(Comparator.reverseOrder())
                .toList();
        return verdicts.stream()
                .filter(policy::blocks)
                .findFirst()
                .map(verdict -> new RunVerdict(verdict, GateExitCodes.of(verdict), sorted))
                .orElseGet(() -> new RunVerdict(
                        verdicts.stream()
                                .filter(verdict -> verdict != Verdict.NEW)
                                .findFirst()
                                .orElse(Verdict.NEW),
                        waived.problems().isEmpty() ? GateExitCodes.OK : GateExitCodes.BAD_INPUT,
                        sorted));
    }

    /** Which verdicts block, as the report's forms read it. Nothing can be said about an invalid row, so it is never in silence. */
    static Policy policy(final RunSettings settings) {
        final String invalid = word(settings.onInvalid());
        return new Policy(word(settings.onInconclusive()), invalid.equals("fail") ? invalid : "warn");
    }

    private static String word(final Consequence choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static Verdict gravest(final RowResult row) {
        return verdicts(row).max(Comparator.naturalOrder()).orElseThrow();
    }

    /** A row of which no layer says anything was expected and did not come. */
    private static Stream<Verdict> verdicts(final RowResult row) {
        return row.layers().isEmpty()
                ? Stream.of(Verdict.MISSING)
                : row.layers().stream().map(LayerResult::verdict);
    }
}
