package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.RatioContract;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.RatioRule;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkMeasure;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.StageRunner;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.RatioBounds;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Measures the ratio of two rows of one jar in adjacent pairs of forks, as if one were the base of the other. */
final class RatioRun {
    // Apart from the stages of the other layers in file names.
    private static final int FIRST_STAGE = 100;

    private final RatioContract contract;
    private final RowName row;
    private final RowName to;
    private final int number;

    /**
     * Creates the run.
     *
     * @param contract the bounds
     * @param row the row above the line
     * @param to the row below it
     * @param number the contract's number, for the names of files
     */
    RatioRun(final RatioContract contract, final RowName row, final RowName to, final int number) {
        this.contract = contract;
        this.row = row;
        this.to = to;
        this.number = number;
    }

    /** Measures and judges by these bounds. */
    LayerResult run(
            final RunPlan plan,
            final RatioBounds bounds,
            final ForkRunner forks,
            final RunJournal journal,
            final RunClock clock)
            throws InterruptedException {
        final int pairs = plan.run().pairs();
        final SortedSet<RowName> rows = new TreeSet<>(List.of(row));
        new StageRunner(
                        job -> fork(forks, job),
                        journal,
                        Validity.USUAL,
                        Metric.WALL,
                        clock,
                        (job, done, planned) -> {})
                .run(new RunStage(1, pairs, 0), rows);
        final Metric metric = plan.profile().row(row.text()).metric();
        final RowRun measured =
                RowRun.of(journal, 1, rows, Validity.USUAL, metric).get(0);
        if (!measured.failure().isEmpty() || measured.pairs().size() != pairs) {
            return LayerResults.plain(
                    Layer.RATIO, Verdict.MISSING, "no ratio to " + to.text() + ": " + measured.failure());
        }
        final LayerResult said = RatioRule.judge(contract, bounds.of(ForkPairs.ofStage(measured.pairs(), 1)));
        final LayerResult result = new LayerResult(
                said.layer(),
                said.verdict(),
                said.reason(),
                said.interval(),
                said.limit(),
                said.figures(),
                measured.pairs());
        return DisturbedPairs.valid(result, measured.pairs());
    }

    private ForkMeasure fork(final ForkRunner forks, final ForkJob job) throws InterruptedException {
        final ForkMeasure measure = forks.run(new ForkJob(
                Arm.HEAD,
                job.arm() == Arm.BASE ? to : row,
                FIRST_STAGE + number,
                job.number(),
                job.attempt(),
                job.headFirst()));
        // Both rows are nanoseconds here, whatever JMH was told to print.
        final SortedMap<String, String> identity = new TreeMap<>(measure.identity());
        identity.remove("unit");
        return new ForkMeasure(
                measure.key(),
                measure.mode(),
                measure.threads(),
                identity,
                measure.wallNs(),
                measure.quantilesNs(),
                measure.probe(),
                measure.load(),
                measure.throttled(),
                measure.durationMs());
    }
}
