package io.vfiotce.tools.gate;

import io.vfiotce.tools.Progress;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Budget;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.StageRunner;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Judge;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import io.vfiotce.tools.gate.stats.Judgement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The clock's layer: all rows in the first stage, those that it flags in the second, each judged by its own limits. */
final class TimeLayer {
    /** Level of the first stage. */
    static final double STAGE_ALPHA = 0.05;

    /** Least time between the stages, in milliseconds. */
    static final long GAP_MS = 60_000;

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
        rows.forEach((row, settings) -> judges.put(
                row,
                new Judge(new JudgeSettings(
                        settings.limit(),
                        settings.margin(),
                        plan.run().familyLevel(),
                        Math.max(STAGE_ALPHA, plan.run().familyLevel()),
                        hypotheses,
                        plan.run().pairs(),
                        plan.run().confirmPairs(),
                        plan.seed()))));
    }

    /** What the stages take. */
    Budget budget() {
        return new Budget(plan.forks().forkMs(), first(), second());
    }

    private RunStage first() {
        return new RunStage(1, plan.run().pairs(), 0);
    }

    private RunStage second() {
        return new RunStage(2, plan.run().confirmPairs(), GAP_MS);
    }

    /**
     * Measures and judges.
     *
     * @param forks runs a fork
     * @param journal keeps it
     * @param clock the time
     * @param endMs when the budget is used up, on that clock
     * @return what is said of each row
     */
    Map<RowName, LayerResult> run(
            final ForkRunner forks, final RunJournal journal, final RunClock clock, final long endMs)
            throws InterruptedException {
        // A rerun that leaves no time to confirm a row would cost more than the pair is worth.
        final long confirmationMs = budget().expectedMs(0, 1);
        measure(first(), new TreeSet<>(rows.keySet()), forks, journal, clock, endMs - confirmationMs);
        final Map<RowName, RowRun> firsts =
                collect(journal, 1, row -> rows.get(row).metric());
        final List<RowName> flagged = rows.keySet().stream()
                .filter(row -> isComplete(firsts.get(row), first())
                        && judges.get(row)
                                .flags(ForkPairs.ofStage(firsts.get(row).pairs(), 1)))
                // If time is short, the clearest first.
                .sorted(Comparator.comparingDouble(row -> -slowdown(firsts.get(row))))
                .toList();
        final long leftMs = endMs - clock.nowMs();
        final Budget pace =
                new Budget(Math.round(RowRun.forkMs(journal).orElse(plan.forks().forkMs())), first(), second());
        final SortedSet<RowName> confirmed = new TreeSet<>();
        // The clearest is confirmed whatever it takes: a gate that has no time to confirm cannot fail.
        flagged.stream().limit(Math.max(1, pace.confirmable(leftMs))).forEach(confirmed::add);
        if (!confirmed.isEmpty()) {
            measure(second(), confirmed, forks, journal, clock, endMs);
        }
        // What a row is judged by was chosen from its first stage; the second confirms the same.
        final Map<RowName, RowRun> seconds =
                collect(journal, 2, row -> firsts.get(row).metric());
        final Map<RowName, LayerResult> results = new TreeMap<>();
        rows.keySet()
                .forEach(row ->
                        results.put(row, result(row, firsts.get(row), seconds.get(row), confirmed.contains(row))));
        flagged.stream()
                .filter(row -> !confirmed.contains(row))
                .forEach(row -> results.computeIfPresent(
                        row,
                        (name, result) -> unconfirmed(result, pace.enough(flagged.size(), leftMs, plan.budgetMs()))));
        return results;
    }

    private void measure(
            final RunStage stage,
            final SortedSet<RowName> chosen,
            final ForkRunner forks,
            final RunJournal journal,
            final RunClock clock,
            final long endMs)
            throws InterruptedException {
        final long planned = (long) stage.pairs() * chosen.size();
        try (Progress bar = Progress.forTerminal("stage " + stage.number(), planned)) {
            // Wall time is always there; what each row is judged by is chosen when its pairs are collected.
            new StageRunner(forks, journal, Validity.USUAL, Metric.WALL, clock, (job, done, all) -> bar.step(done))
                    .run(stage, chosen, pairs -> clock.nowMs() + pairs * budget().pairMs() <= endMs);
        }
    }

    private Map<RowName, RowRun> collect(
            final RunJournal journal, final int stage, final Function<RowName, Metric> metric) {
        final Map<RowName, RowRun> runs = new TreeMap<>();
        rows.keySet()
                .forEach(row -> runs.put(
                        row,
                        RowRun.of(journal, stage, List.of(row), Validity.USUAL, metric.apply(row))
                                .get(0)));
        return runs;
    }

    private static boolean isComplete(final RowRun run, final RunStage stage) {
        return run.failure().isEmpty() && run.pairs().size() == stage.pairs();
    }

    /** Median of head by base. */
    private static double slowdown(final RowRun run) {
        final double[] ratios = run.pairs().stream()
                .mapToDouble(pair -> pair.head().value() / pair.base().value())
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }

    private LayerResult result(final RowName row, final RowRun first, final RowRun second, final boolean confirmed) {
        if (!isComplete(first, first()) || confirmed && !isComplete(second, second())) {
            final String failure = first.failure() + second.failure();
            return LayerResults.plain(
                    Layer.TIME, Verdict.MISSING, failure.isEmpty() ? "not all pairs were measured" : failure);
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
        return valid(steadiness.judged(result, judges.get(row)), confirmed ? second.pairs() : first.pairs());
    }

    /** A flagged row is no pass until the second stage clears it, and what stops that is no regression either. */
    private LayerResult unconfirmed(final LayerResult result, final long enoughMinutes) {
        return LayerResults.with(
                result,
                result.verdict(),
                String.format(
                        Locale.ROOT,
                        "%s; the budget of %d minutes had no time left for it, %d are enough",
                        result.reason(),
                        plan.run().budgetMinutes(),
                        enoughMinutes));
    }

    /** The verdict, unless the pairs that gave it were disturbed too often. */
    static LayerResult valid(final LayerResult result, final List<Pair> deciding) {
        final List<Pair> contaminated =
                deciding.stream().filter(pair -> !pair.contaminated().isEmpty()).toList();
        // That a second stage is missing blocks whatever the host did in the first.
        if (result.verdict() == Verdict.MISSING
                || contaminated.size() <= Validity.MOST_CONTAMINATED * deciding.size()) {
            return result;
        }
        final String complaint = contaminated.get(0).contaminated();
        return LayerResults.with(
                result,
                Verdict.INVALID,
                String.format(
                        Locale.ROOT,
                        "the host disturbed %d of %d pairs, reruns included, first by: %s; %s; without that, %s: %s",
                        contaminated.size(),
                        deciding.size(),
                        complaint,
                        Validity.remedy(complaint),
                        result.verdict(),
                        result.reason()));
    }
}
