package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.LongPredicate;

/**
 * Measures one stage: a round has one pair of adjacent forks of every row, rows in a drawn order, the first arm of each pair
 * by a drawn coin. Pairs that break the validity rules are measured once more at the end of their round, with a coin of their
 * own; the rerun then stands for the pair, whatever it measured. Nothing is dropped for its figure.
 *
 * <p>A row of which a fork fails leaves the stage; the others go on. Pairs that the journal has already are not measured again.
 *
 * @threads one
 */
public final class StageRunner {
    private final ForkRunner forks;
    private final RunJournal journal;
    private final Validity validity;
    private final Metric metric;
    private final RunClock clock;
    private final RunProgress progress;

    /**
     * Creates a runner.
     *
     * @param forks runs a fork
     * @param journal keeps it
     * @param validity when a fork was disturbed
     * @param metric what is judged
     * @param clock the time
     * @param progress hears of each fork
     */
    public StageRunner(
            final ForkRunner forks,
            final RunJournal journal,
            final Validity validity,
            final Metric metric,
            final RunClock clock,
            final RunProgress progress) {
        this.forks = forks;
        this.journal = journal;
        this.validity = validity;
        this.metric = metric;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Measures a stage, or what is left of it, with all the time that reruns take.
     *
     * @param stage the stage
     * @param rows its rows
     * @return the rows with their pairs, sorted by name
     * @throws io.vfiotce.tools.gate.jmh.GateDataException if the arms of a row cannot be compared
     * @throws InterruptedException if the caller is interrupted; all forks that ended are in the journal
     */
    public List<RowRun> run(final RunStage stage, final SortedSet<RowName> rows) throws InterruptedException {
        return run(stage, rows, pairs -> true);
    }

    /**
     * Measures a stage, or what is left of it.
     *
     * @param stage the stage
     * @param rows its rows
     * @param fits whether there is time for so many pairs: those of the stage that are still to come, and a rerun; where there
     *     is not, the pair that is to be measured again stays as it is
     * @return the rows with their pairs, sorted by name
     * @throws io.vfiotce.tools.gate.jmh.GateDataException if the arms of a row cannot be compared
     * @throws InterruptedException if the caller is interrupted; all forks that ended are in the journal
     */
    public List<RowRun> run(final RunStage stage, final SortedSet<RowName> rows, final LongPredicate fits)
            throws InterruptedException {
        final Coins coins = new Coins(journal.header().seed());
        final Set<RowName> failed = new HashSet<>();
        final Map<RowName, Integer> reruns = new HashMap<>();
        keepGap(stage);
        int done = 0;
        for (int round = 0; round < stage.pairs(); round++) {
            final List<RowName> again = new ArrayList<>();
            for (final RowName row : coins.order(rows, stage.number(), round)) {
                if (!failed.contains(row)) {
                    final Step step = new Step(stage, row, round, 0, done, stage.pairs() * rows.size());
                    final Optional<ForkPair> pair = pair(step, coins);
                    if (pair.isEmpty()) {
                        failed.add(row);
                    } else if (!pair.get().complaint(validity, metric).isEmpty()) {
                        again.add(row);
                    }
                }
                done++;
            }
            for (final RowName row : again) {
                final long left = (long) (stage.pairs() - round - 1) * (rows.size() - failed.size());
                if (fits.test(left + 1) && reruns.merge(row, 1, Integer::sum) <= stage.reruns()) {
                    final Step step = new Step(stage, row, round, 1, done, stage.pairs() * rows.size());
                    if (pair(step, coins).isEmpty()) {
                        failed.add(row);
                    }
                }
            }
        }
        return RowRun.of(journal, stage.number(), rows, validity, metric);
    }

    /** A pair that is to be measured, and how far the stage is. */
    private record Step(RunStage stage, RowName row, int number, int attempt, int done, int planned) {}

    private Optional<ForkPair> pair(final Step step, final Coins coins) throws InterruptedException {
        final int stage = step.stage().number();
        final boolean headFirst = coins.headFirst(step.row(), stage, step.number(), step.attempt());
        final ForkJob first = new ForkJob(
                headFirst ? Arm.HEAD : Arm.BASE, step.row(), stage, step.number(), step.attempt(), headFirst);
        final Optional<ForkPair> known = journal.pair(first);
        if (known.isPresent()) {
            known.get().requireComparable();
            return known;
        }
        final ForkRecord one = fork(first, step);
        if (one.failed()) {
            return Optional.empty();
        }
        final ForkRecord two = fork(first.of(headFirst ? Arm.BASE : Arm.HEAD), step);
        if (two.failed()) {
            return Optional.empty();
        }
        final ForkPair pair = new ForkPair(one, two);
        pair.requireComparable();
        return Optional.of(pair);
    }

    private ForkRecord fork(final ForkJob job, final Step step) throws InterruptedException {
        progress.begins(job, step.done(), step.planned());
        final long startMs = sinceStartMs();
        ForkRecord fork;
        try {
            fork = new ForkRecord(job, startMs, forks.run(job), "");
        } catch (final ForkFailedException e) {
            fork = new ForkRecord(job, startMs, null, e.getMessage());
        }
        journal.append(fork);
        return fork;
    }

    private void keepGap(final RunStage stage) throws InterruptedException {
        final List<ForkRecord> before = journal.records();
        final boolean begun = before.stream().anyMatch(fork -> fork.job().stage() == stage.number());
        if (!begun && !before.isEmpty()) {
            final long endMs = before.get(before.size() - 1).endMs();
            final long waitMs = endMs + stage.gapMs() - sinceStartMs();
            if (waitMs > 0) {
                clock.sleepMs(waitMs);
            }
        }
    }

    private long sinceStartMs() {
        return clock.nowMs() - journal.header().startEpochMs();
    }
}
