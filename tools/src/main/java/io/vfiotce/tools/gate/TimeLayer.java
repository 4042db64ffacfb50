package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.run.Budget;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Judge;
import io.vfiotce.tools.gate.stats.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The clock's layer: all rows in the first stage, those that it flags in the second, each judged by its own limits. */
final class TimeLayer {
    private final SortedMap<RowName, RowSettings> rows;
    private final Map<RowName, Judge> judges = new TreeMap<>();
    private final RunPlan plan;

    /**
     * Creates the layer. Levels hold over all rows, controls too: those are tests as well.
     *
     * @param plan how the run is made
     * @param rows the rows that the clock judges
     * @param hypotheses tests of the whole run, over which its level holds
     * @throws io.vfiotce.tools.BadInputException if so few pairs could show nothing
     */
    TimeLayer(final RunPlan plan, final SortedMap<RowName, RowSettings> rows, final int hypotheses) {
        this.plan = plan;
        this.rows = rows;
        rows.forEach((row, settings) -> judges.put(row, new Judge(plan.judging(settings, hypotheses))));
    }

    /** What the stages take. */
    Budget budget() {
        return TwoStages.budget(plan, plan.forks().forkMs());
    }

    /**
     * Measures and judges.
     *
     * @param forks the forks
     * @param clock the time
     * @param endMs when the budget is used up, on that clock
     * @return what is said of each row
     */
    Map<RowName, LayerResult> run(final Clocked<ForkRunner> forks, final RunClock clock, final long endMs)
            throws InterruptedException {
        final TwoStages.Outcome outcome = new TwoStages(forks, clock, budget())
                .run(new TreeSet<>(rows.keySet()), row -> objection(first(forks.journal(), row), row), endMs);
        final Map<RowName, LayerResult> results = new TreeMap<>();
        for (final RowName row : rows.keySet()) {
            final RowRun first = first(forks.journal(), row);
            // What a row is judged by was chosen from its first stage; the second confirms the same.
            final RowRun second = collected(forks.journal(), 2, row, first.metric());
            final LayerResult result =
                    result(row, first, second, outcome.confirmed().contains(row));
            results.put(row, outcome.told(row, result, plan, forks.journal()));
        }
        return results;
    }

    private OptionalDouble objection(final RowRun first, final RowName row) {
        return isComplete(budget().first(), first) && judges.get(row).flags(ForkPairs.ofStage(first.pairs(), 1))
                ? OptionalDouble.of(TwoStages.slowdown(first.pairs()))
                : OptionalDouble.empty();
    }

    private RowRun first(final RunJournal journal, final RowName row) {
        return collected(journal, 1, row, rows.get(row).metric());
    }

    private static RowRun collected(final RunJournal journal, final int stage, final RowName row, final Metric metric) {
        return RowRun.of(journal, stage, List.of(row), Validity.USUAL, metric).get(0);
    }

    private static boolean isComplete(final RunStage stage, final RowRun run) {
        return TwoStages.isComplete(stage, run.pairs().size(), run.failure());
    }

    private LayerResult result(final RowName row, final RowRun first, final RowRun second, final boolean confirmed) {
        if (!isComplete(budget().first(), first) || confirmed && !isComplete(budget().second(), second)) {
            return TwoStages.incomplete(Layer.TIME, first.failure() + second.failure());
        }
        final List<Pair> pairs = new ArrayList<>(first.pairs());
        if (confirmed) {
            pairs.addAll(second.pairs());
        }
        final Judgement said = judges.get(row).judge(ForkPairs.ofStage(pairs, 1), ForkPairs.ofStage(pairs, 2));
        final Map<String, Double> figures = new LinkedHashMap<>(said.figures());
        figures.put("by.wall.time", first.metric() == Metric.WALL ? 1.0 : 0.0);
        figures.put("first.reruns", (double) first.reruns());
        if (confirmed) {
            figures.put("second.reruns", (double) second.reruns());
        }
        final Steadiness steadiness = Steadiness.of(first.pairs(), rows.get(row).limit());
        figures.put("base.unsteady", steadiness.base());
        figures.put("head.unsteady", steadiness.head());
        final LayerResult result = new LayerResult(
                Layer.TIME,
                said.verdict(),
                said.reason(),
                said.interval(),
                rows.get(row).limit(),
                figures,
                List.copyOf(pairs));
        return DisturbedPairs.validOfHead(
                steadiness.judged(result, judges.get(row)), confirmed ? second.pairs() : first.pairs());
    }
}
