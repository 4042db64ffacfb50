package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.util.ArrayList;
import java.util.List;

/** What one stage measured of one latency row: the same pairs of forks, by any quantile of their response times. */
public final class LatencyRun {
    private final RowRun byMedian;
    private final List<ForkPair> forks;

    private LatencyRun(final RowRun byMedian, final List<ForkPair> forks) {
        this.byMedian = byMedian;
        this.forks = forks;
    }

    /**
     * Collects a row of a stage from a journal.
     *
     * @param journal the journal
     * @param stage the stage
     * @param row the row
     * @return what was measured
     */
    public static LatencyRun of(final RunJournal journal, final int stage, final RowName row) {
        final RowRun byMedian = RowRun.of(journal, stage, List.of(row), Validity.USUAL, Metric.WALL)
                .get(0);
        final List<ForkPair> all = journal.pairs().stream()
                .filter(pair -> pair.job().stage() == stage && pair.job().row().equals(row))
                .toList();
        final List<ForkPair> forks = new ArrayList<>();
        for (final Pair counted : byMedian.pairs()) {
            // A rerun stands for its first attempt.
            all.stream()
                    .filter(pair -> pair.job().number() == counted.number())
                    .reduce((first, last) -> last)
                    .ifPresent(forks::add);
        }
        return new LatencyRun(byMedian, List.copyOf(forks));
    }

    /** {@return why a fork failed; empty if none did} */
    public String failure() {
        return byMedian.failure();
    }

    /** {@return pairs that were measured a second time} */
    public int reruns() {
        return byMedian.reruns();
    }

    /** {@return number of pairs} */
    public int size() {
        return forks.size();
    }

    /**
     * The pairs by a quantile.
     *
     * @param quantile the quantile
     * @return the pairs in the order of measurement; figures in nanoseconds, without iterations
     */
    public List<Pair> pairs(final LatencyQuantile quantile) {
        final List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < forks.size(); i++) {
            final Pair pair = byMedian.pairs().get(i);
            pairs.add(new Pair(
                    pair.stage(),
                    pair.number(),
                    pair.headFirst(),
                    pair.startMs(),
                    figure(forks.get(i).of(Arm.BASE), quantile),
                    figure(forks.get(i).of(Arm.HEAD), quantile),
                    pair.contaminated()));
        }
        return List.copyOf(pairs);
    }

    private static Iterations figure(final ForkRecord fork, final LatencyQuantile quantile) {
        return new Iterations(fork.measure().quantilesNs().get(quantile.key()), List.of());
    }

    /**
     * The forks that count.
     *
     * @param arm whose
     * @return their jobs in the order of measurement
     */
    public List<ForkJob> jobs(final Arm arm) {
        return forks.stream().map(pair -> pair.of(arm).job()).toList();
    }
}
