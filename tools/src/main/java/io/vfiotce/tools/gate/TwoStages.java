package io.vfiotce.tools.gate;

import io.vfiotce.tools.Progress;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Budget;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.StageRunner;
import io.vfiotce.tools.gate.run.Validity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Measures all rows in a first stage, and those that it flags in a second: if time is short the clearest first. */
final class TwoStages {
    /** Least time between the stages, in milliseconds. */
    private static final long GAP_MS = 60_000;

    private final Clocked<?> forks;
    private final RunClock clock;
    private final Budget budget;

    /**
     * Creates the stages.
     *
     * @param forks the forks
     * @param clock the time
     * @param budget the stages, and what they take
     */
    TwoStages(final Clocked<?> forks, final RunClock clock, final Budget budget) {
        this.forks = forks;
        this.clock = clock;
        this.budget = budget;
    }

    /** The stages of a run, and what they take. */
    static Budget budget(final RunPlan plan, final long forkMs) {
        return new Budget(
                forkMs,
                new RunStage(1, plan.run().pairs(), 0),
                new RunStage(2, plan.run().confirmPairs(), GAP_MS));
    }

    /** Whether a row has all pairs of a stage. */
    static boolean isComplete(final RunStage stage, final int pairs, final String failure) {
        return failure.isEmpty() && pairs == stage.pairs();
    }

    /** What is said of a row that has not. */
    static LayerResult incomplete(final Layer layer, final String failure) {
        return LayerResults.plain(layer, Verdict.MISSING, failure.isEmpty() ? "not all pairs were measured" : failure);
    }

    /**
     * What was measured.
     *
     * @param confirmed flagged rows that have a second stage
     * @param unconfirmed flagged rows for which there was no time
     * @param leftMs what was left of the budget before the second stage, in milliseconds
     * @param pace the stages with what forks have taken
     */
    record Outcome(SortedSet<RowName> confirmed, SortedSet<RowName> unconfirmed, long leftMs, Budget pace) {
        /**
         * What is said of a row in the end. A flagged row is no pass until the second stage clears it, and what stops that is no
         * regression either; and nothing is said without the forks that failed.
         */
        LayerResult told(final RowName row, final LayerResult result, final RunPlan plan, final RunJournal journal) {
            final LayerResult timely = unconfirmed.contains(row) ? withoutTime(result, plan) : result;
            return LayerResults.retried(timely, RowRun.failures(journal, row));
        }

        private LayerResult withoutTime(final LayerResult result, final RunPlan plan) {
            return LayerResults.with(
                    result,
                    result.verdict(),
                    String.format(
                            Locale.ROOT,
                            "%s; the budget of %d minutes had no time left for it, %d are enough",
                            result.reason(),
                            plan.run().budgetMinutes(),
                            pace.enough(confirmed.size() + unconfirmed.size(), leftMs, plan.budgetMs())));
        }
    }

    /** How much slower the head's forks are: the median of head by base. */
    static double slowdown(final List<Pair> pairs) {
        final double[] ratios = pairs.stream()
                .mapToDouble(pair -> pair.head().value() / pair.base().value())
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }

    /**
     * Measures.
     *
     * @param rows the rows
     * @param objection how large a slowdown the first stage objects to, in the journal by now; empty if it does not object
     * @param endMs when the budget is used up, on the clock
     * @return which rows have a second stage
     * @throws InterruptedException if the caller is interrupted
     */
    Outcome run(final SortedSet<RowName> rows, final Function<RowName, OptionalDouble> objection, final long endMs)
            throws InterruptedException {
        // A rerun that leaves no time to confirm a row would cost more than the pair is worth.
        measure(budget.first(), rows, endMs - budget.expectedMs(0, 1));
        final Map<RowName, Double> flagged = new TreeMap<>();
        rows.forEach(row -> objection.apply(row).ifPresent(slowdown -> flagged.put(row, slowdown)));
        final long leftMs = endMs - clock.nowMs();
        final Budget pace = new Budget(
                Math.round(RowRun.forkMs(forks.journal()).orElse(budget.forkMs())), budget.first(), budget.second());
        // The clearest is confirmed whatever it takes: a gate that has no time to confirm cannot fail.
        final int fitting = Math.max(1, pace.confirmable(leftMs));
        final SortedSet<RowName> confirmed = new TreeSet<>();
        flagged.keySet().stream()
                .sorted(Comparator.comparingDouble(row -> -flagged.get(row)))
                .limit(fitting)
                .forEach(confirmed::add);
        if (!confirmed.isEmpty()) {
            measure(budget.second(), confirmed, endMs);
        }
        final SortedSet<RowName> unconfirmed = new TreeSet<>(flagged.keySet());
        unconfirmed.removeAll(confirmed);
        return new Outcome(confirmed, unconfirmed, leftMs, pace);
    }

    private void measure(final RunStage stage, final SortedSet<RowName> rows, final long endMs)
            throws InterruptedException {
        final long planned = (long) stage.pairs() * rows.size();
        try (Progress bar = Progress.forTerminal("stage " + stage.number(), planned)) {
            // Wall time is always there; what each row is judged by is chosen when its pairs are collected.
            new StageRunner(
                            forks.forks(),
                            forks.journal(),
                            Validity.USUAL,
                            Metric.WALL,
                            clock,
                            (job, done, all) -> bar.step(done))
                    .run(stage, rows, pairs -> clock.nowMs() + pairs * budget.pairMs() <= endMs);
        }
    }
}
