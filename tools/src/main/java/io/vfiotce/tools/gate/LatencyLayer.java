package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.LatencyFigures;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.Budget;
import io.vfiotce.tools.gate.run.ForkFailedException;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.LatencyForks;
import io.vfiotce.tools.gate.run.LatencyLog;
import io.vfiotce.tools.gate.run.LatencyQuantile;
import io.vfiotce.tools.gate.run.LatencyRow;
import io.vfiotce.tools.gate.run.LatencyRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The layer of response times at fixed arrival rates: pairs of forks in two stages, as the clock's layer has them. */
final class LatencyLayer {
    /** Quantiles that the report shows, in percent; 100 is the largest of all. */
    private static final double[] SHOWN = {50, 75, 90, 95, 99, 99.9, 99.99, 100};

    private static final double MEDIAN = 50;

    private final RunPlan plan;
    private final SortedMap<RowName, LatencyRow> rows = new TreeMap<>();
    private final Map<RowName, LatencyJudge> judges = new TreeMap<>();

    /**
     * Creates the layer.
     *
     * @param plan how the run is made
     * @param settings the latency rows that are judged, and what holds for each
     * @param hypotheses tests of the whole run, over which its level holds
     * @throws io.vfiotce.tools.BadInputException if so few pairs could show nothing
     */
    LatencyLayer(final RunPlan plan, final SortedMap<RowName, RowSettings> settings, final int hypotheses) {
        this.plan = plan;
        settings.forEach((row, own) -> {
            rows.put(row, plan.profile().latency().get(row));
            judges.put(
                    row,
                    new LatencyJudge(LatencyQuantile.judged(rows.get(row).samples()), plan.judging(own, hypotheses)));
        });
    }

    /** How many tests latency rows are: one for each of their quantiles. */
    static int hypotheses(final RunPlan plan, final Collection<RowName> rows) {
        return rows.stream()
                .map(plan.profile().latency()::get)
                .mapToInt(row -> LatencyQuantile.judged(row.samples()).size())
                .sum();
    }

    /** What the stages take; every fork is planned with what the longest takes. */
    Budget budget() {
        return TwoStages.budget(
                plan, rows.values().stream().mapToLong(LatencyRow::forkMs).max().orElseThrow());
    }

    /** The least that it takes, in milliseconds: the first stage, and to confirm one row. */
    long leastMs() {
        return budget().expectedMs(rows.size(), 1);
    }

    /**
     * Measures and judges.
     *
     * @param forks the forks
     * @param clock the time
     * @param endMs when the budget is used up, on that clock
     * @return what is said of each row
     */
    Map<RowName, LayerResult> run(final Clocked<LatencyForks> forks, final RunClock clock, final long endMs)
            throws InterruptedException {
        final TwoStages.Outcome outcome = new TwoStages(forks, clock, budget())
                .run(new TreeSet<>(rows.keySet()), row -> objection(forks.journal(), row), endMs);
        final Map<RowName, LayerResult> results = new TreeMap<>();
        for (final RowName row : rows.keySet()) {
            final LatencyRun first = LatencyRun.of(forks.journal(), 1, row);
            final Optional<LatencyRun> second = outcome.confirmed().contains(row)
                    ? Optional.of(LatencyRun.of(forks.journal(), 2, row))
                    : Optional.empty();
            final LayerResult result = result(row, first, second, forks.forks());
            results.put(row, outcome.told(row, result, plan, forks.journal()));
        }
        return results;
    }

    private OptionalDouble objection(final RunJournal journal, final RowName row) {
        final LatencyRun first = LatencyRun.of(journal, 1, row);
        return isComplete(budget().first(), first) ? judges.get(row).objection(first) : OptionalDouble.empty();
    }

    private static boolean isComplete(final RunStage stage, final LatencyRun run) {
        return TwoStages.isComplete(stage, run.size(), run.failure());
    }

    private LayerResult result(
            final RowName row, final LatencyRun first, final Optional<LatencyRun> second, final LatencyForks forks) {
        if (!isComplete(budget().first(), first)
                || second.isPresent() && !isComplete(budget().second(), second.get())) {
            return TwoStages.incomplete(
                    Layer.LATENCY,
                    first.failure() + second.map(LatencyRun::failure).orElse(""));
        }
        final LayerResult judged = judges.get(row).judge(first, second);
        final Map<String, Double> figures = new LinkedHashMap<>();
        try {
            for (final Arm arm : Arm.values()) {
                final List<ForkJob> jobs = new ArrayList<>(first.jobs(arm));
                second.ifPresent(run -> jobs.addAll(run.jobs(arm)));
                addShown(
                        figures,
                        arm,
                        LatencyLog.merged(jobs.stream().map(forks::log).toList()));
            }
        } catch (final ForkFailedException e) {
            // A regression is proven by the journal, whatever became of the logs since.
            return judged.verdict() == Verdict.FAIL ? judged : TwoStages.incomplete(Layer.LATENCY, e.getMessage());
        }
        figures.put("first.reruns", (double) first.reruns());
        second.ifPresent(run -> figures.put("second.reruns", (double) run.reruns()));
        figures.putAll(judged.figures());
        final LayerResult result = new LayerResult(
                Layer.LATENCY,
                judged.verdict(),
                judged.reason(),
                judged.interval(),
                judged.limit(),
                figures,
                judged.pairs());
        final int deciding = second.isPresent() ? 2 : 1;
        return DisturbedPairs.validOfHead(
                result,
                judged.pairs().stream().filter(pair -> pair.stage() == deciding).toList());
    }

    /** What all forks of an arm measured together, which is shown and not judged. */
    private static void addShown(final Map<String, Double> figures, final Arm arm, final LatencyLog all) {
        for (final double percent : SHOWN) {
            figures.put(arm == Arm.BASE ? LatencyFigures.base(percent) : LatencyFigures.head(percent), (double)
                    all.latency().getValueAtPercentile(percent));
        }
        figures.put(arm.label() + ".samples", (double) all.latency().getTotalCount());
        all.service()
                .ifPresent(service ->
                        figures.put(arm.label() + ".service.p50", (double) service.getValueAtPercentile(MEDIAN)));
        all.worstSlipNs().ifPresent(slipNs -> figures.put(arm.label() + ".worst.slip", slipNs));
    }
}
