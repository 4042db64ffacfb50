package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.LongPredicate;

/**
 * Measures one stage: a round has one pair of adjacent forks of every row, rows in a drawn order, the first arm of each pair
 * by a drawn coin. Pairs that break the validity rules, or of which a fork fails, are measured once more at the end of their
 * round, with a coin of their own; the rerun then stands for the pair, whatever it measured. Nothing is dropped for its figure.
 *
 * <p>A row of which a fork fails again, or whose arms cannot be compared, leaves the stage; the others go on. Pairs that the
 * journal has already are not measured again, and a round that had ended before a run was resumed gets no more reruns: what it
 * came to may be known by then.
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
     *     is not, a pair that was disturbed stays as it is
     * @return the rows with their pairs, sorted by name
     * @throws InterruptedException if the caller is interrupted; all forks that ended are in the journal
     */
    public List<RowRun> run(final RunStage stage, final SortedSet<RowName> rows, final LongPredicate fits)
            throws InterruptedException {
        final Coins coins = new Coins(journal.header().seed());
        final int ended = roundsEnded(stage);
        final Map<RowName, Integer> reruns = rerunsKnown(stage);
        final Set<RowName> failed = new HashSet<>();
        keepGap(stage);
        int done = 0;
        for (int round = 0; round < stage.pairs(); round++) {
            final Map<Step, Outcome> again = new LinkedHashMap<>();
            for (final RowName row : coins.order(rows, stage.number(), round)) {
                final Step rerun = new Step(stage, row, round, 1, done, stage.pairs() * rows.size());
                if (!failed.contains(row) && journal.pair(rerun.job(coins)).isEmpty()) {
                    final Outcome outcome = pair(rerun.attempt(0), coins, ended);
                    if (outcome == Outcome.INCOMPARABLE) {
                        failed.add(row);
                    } else if (outcome != Outcome.GOOD) {
                        again.put(rerun, outcome);
                    }
                }
                done++;
            }
            for (final Map.Entry<Step, Outcome> bad : again.entrySet()) {
                final RowName row = bad.getKey().row();
                final boolean isFailed = bad.getValue() == Outcome.FAILED;
                final long left = (long) (stage.pairs() - round - 1) * (rows.size() - failed.size());
                final boolean isWanted =
                        isFailed || fits.test(left + 1) && reruns.merge(row, 1, Integer::sum) <= stage.reruns();
                final boolean isGood =
                        isWanted && pair(bad.getKey(), coins, ended).isPair();
                if (isFailed && !isGood) {
                    failed.add(row);
                }
            }
        }
        return RowRun.of(journal, stage.number(), rows, validity, metric);
    }

    /** Rounds that had ended when the run was resumed: a later one, or a later stage, had begun. */
    private int roundsEnded(final RunStage stage) {
        int ended = 0;
        for (final ForkRecord fork : journal.records()) {
            if (fork.job().stage() > stage.number()) {
                return stage.pairs();
            }
            if (fork.job().stage() == stage.number()) {
                ended = Math.max(ended, fork.job().number());
            }
        }
        return ended;
    }

    private Map<RowName, Integer> rerunsKnown(final RunStage stage) {
        final Map<RowName, Integer> reruns = new HashMap<>();
        journal.pairs().stream()
                .map(ForkPair::job)
                .filter(job -> job.stage() == stage.number() && job.attempt() == 1)
                .forEach(job -> reruns.merge(job.row(), 1, Integer::sum));
        return reruns;
    }

    /** What came of a pair. */
    private enum Outcome {
        GOOD,
        DISTURBED,
        FAILED,
        INCOMPARABLE;

        boolean isPair() {
            return this == GOOD || this == DISTURBED;
        }
    }

    /** A pair that is to be measured, and how far the stage is. */
    private record Step(RunStage stage, RowName row, int number, int attempt, int done, int planned) {
        Step attempt(final int other) {
            return new Step(stage, row, number, other, done, planned);
        }

        /** The fork that goes first. */
        ForkJob job(final Coins coins) {
            final boolean headFirst = coins.headFirst(row, stage.number(), number, attempt);
            return new ForkJob(headFirst ? Arm.HEAD : Arm.BASE, row, stage.number(), number, attempt, headFirst);
        }
    }

    private Outcome pair(final Step step, final Coins coins, final int ended) throws InterruptedException {
        final ForkJob first = step.job(coins);
        final Optional<ForkPair> known = journal.pair(first);
        if (known.isPresent()) {
            final Outcome outcome = outcome(known.get());
            // Where its round had ended it stays as it is.
            return outcome == Outcome.DISTURBED && step.number() < ended ? Outcome.GOOD : outcome;
        }
        final ForkRecord one = fork(first, step);
        if (one.failed()) {
            return Outcome.FAILED;
        }
        final ForkRecord two = fork(first.of(first.arm() == Arm.HEAD ? Arm.BASE : Arm.HEAD), step);
        return two.failed() ? Outcome.FAILED : outcome(new ForkPair(one, two));
    }

    private Outcome outcome(final ForkPair pair) {
        try {
            pair.requireComparable();
            return pair.complaint(validity, metric).isEmpty() ? Outcome.GOOD : Outcome.DISTURBED;
        } catch (final GateDataException e) {
            // The row says why when its pairs are collected.
            return Outcome.INCOMPARABLE;
        }
    }

    private ForkRecord fork(final ForkJob job, final Step step) throws InterruptedException {
        progress.begins(job, step.done(), step.planned());
        ForkRecord fork;
        try {
            final ForkMeasure measure = forks.run(job);
            // Before it began it may have waited for somebody else's.
            fork = new ForkRecord(job, sinceStartMs() - measure.durationMs(), measure, "");
        } catch (final ForkFailedException e) {
            fork = new ForkRecord(job, sinceStartMs(), null, e.getMessage());
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
