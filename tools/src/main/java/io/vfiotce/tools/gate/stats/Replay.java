package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Replays recorded forks through both stages of the judge, to say how often it would cry wolf and how often it would find a
 * slowdown. The second stage is drawn only where the first flags a row, as in a live run.
 *
 * @threads immutable
 */
public final class Replay {
    private final JudgeSettings settings;
    private final Judge judge;

    /**
     * Creates a replay.
     *
     * @param settings what the judge holds
     */
    public Replay(final JudgeSettings settings) {
        this.settings = settings;
        judge = new Judge(settings);
    }

    /**
     * Counts false alarms: in each replay every row draws distinct pairs for its stages from those recorded, and a new coin decides
     * for each pair whether its figures are exchanged. So no row has an effect, whatever was recorded, and the noise is the
     * host's. Rows are judged by their figures alone: that disturbed pairs make them INVALID could only spare false alarms.
     *
     * @param rows recorded pairs of each row, for each at least as many as both stages take
     * @param replays how many runs to replay
     * @param seed seed of draws and coins
     * @return the false alarms
     * @throws BadInputException if the rows are not as many as the settings say, or have too few pairs
     */
    public FalseAlarms falseAlarms(final List<ForkPairs> rows, final int replays, final long seed) {
        if (rows.size() != settings.rows()) {
            throw new BadInputException(String.format(
                    Locale.ROOT, "%d rows are recorded and %d were planned", rows.size(), settings.rows()));
        }
        final int both = settings.firstPairs() + settings.confirmPairs();
        rows.forEach(row -> requireAtLeast(row, both));
        final Coins coins = new Coins(seed);
        long flagged = 0;
        long passed = 0;
        int runsWithFail = 0;
        for (int i = 0; i < replays; i++) {
            boolean failed = false;
            for (final ForkPairs row : rows) {
                final int[] order = shuffled(coins, row.size(), both);
                final ForkPairs first = row.at(order, 0, settings.firstPairs()).flipped(coins);
                if (judge.flags(first)) {
                    flagged++;
                    final ForkPairs second = row.at(order, settings.firstPairs(), settings.confirmPairs());
                    failed |= judge.verdictFlagged(second.flipped(coins)) == Verdict.FAIL;
                } else if (judge.verdictUnflagged(first) != Verdict.INCONCLUSIVE) {
                    passed++;
                }
            }
            runsWithFail += failed ? 1 : 0;
        }
        return new FalseAlarms(replays, rows.size(), flagged, runsWithFail, passed);
    }

    /**
     * Counts verdicts on one row: each draw takes both stages from the recorded pairs, with replacement, so that what was
     * recorded stands for all that could have been. As in a run, a row is INVALID if too many pairs of the stage that decides were
     * disturbed.
     *
     * @param recorded recorded pairs of a base and a slower head, at least as many as the larger stage takes
     * @param mostDisturbed share of a stage's pairs above which it says nothing
     * @param draws how many runs to draw
     * @param seed seed of the draws
     * @return share of each verdict
     * @throws BadInputException if there are too few pairs
     */
    public Shares verdicts(final ForkPairs recorded, final double mostDisturbed, final int draws, final long seed) {
        requireAtLeast(recorded, Math.max(settings.firstPairs(), settings.confirmPairs()));
        final Coins coins = new Coins(seed);
        final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        int passedByFigures = 0;
        for (int i = 0; i < draws; i++) {
            final ForkPairs first = recorded.drawn(coins, settings.firstPairs());
            final boolean flagged = judge.flags(first);
            final ForkPairs deciding = flagged ? recorded.drawn(coins, settings.confirmPairs()) : first;
            final Verdict verdict = flagged ? judge.verdictFlagged(deciding) : judge.verdictUnflagged(deciding);
            passedByFigures += verdict == Verdict.PASS || verdict == Verdict.IMPROVED ? 1 : 0;
            final boolean isValid = deciding.disturbed() <= mostDisturbed * deciding.size();
            counts.merge(isValid ? verdict : Verdict.INVALID, 1, Integer::sum);
        }
        return new Shares(
                draws,
                share(counts, Verdict.FAIL, draws),
                share(counts, Verdict.WARN, draws),
                share(counts, Verdict.INCONCLUSIVE, draws),
                share(counts, Verdict.INVALID, draws),
                share(counts, Verdict.PASS, draws) + share(counts, Verdict.IMPROVED, draws),
                (double) passedByFigures / draws);
    }

    private static double share(final Map<Verdict, Integer> counts, final Verdict verdict, final int draws) {
        return (double) counts.getOrDefault(verdict, 0) / draws;
    }

    private static void requireAtLeast(final ForkPairs pairs, final int needed) {
        if (pairs.size() < needed) {
            throw new BadInputException(
                    String.format(Locale.ROOT, "%d pairs are recorded and a replay takes %d", pairs.size(), needed));
        }
    }

    /** The first {@code count} of a random order of {@code size} indexes (Fisher and Yates, Durstenfeld 1964). */
    private static int[] shuffled(final Coins coins, final int size, final int count) {
        final int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        for (int i = 0; i < count; i++) {
            final int other = i + coins.below(size - i);
            final int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        return order;
    }
}
