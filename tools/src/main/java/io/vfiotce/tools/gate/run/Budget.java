package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.Collection;
import java.util.Locale;

/**
 * What a run will take. If time is short rows are dropped, never pairs: fewer pairs would see less and say so nowhere.
 *
 * @param forkMs length of a fork in milliseconds
 * @param first the first stage
 * @param second the second stage
 */
public record Budget(long forkMs, RunStage first, RunStage second) {
    private static final double MS_PER_MINUTE = 60_000;

    /**
     * Estimates a run.
     *
     * @param rows rows of the first stage
     * @param flagged rows of the second
     * @return milliseconds without reruns
     */
    public long expectedMs(final int rows, final int flagged) {
        return rows * rowMs(first) + (flagged == 0 ? 0 : second.gapMs() + flagged * rowMs(second));
    }

    /**
     * Says how many rows of the second stage fit in what is left.
     *
     * @param leftMs what is left of the budget, in milliseconds
     * @return number of rows, without reruns
     */
    public int confirmable(final long leftMs) {
        return (int) Math.max(0, (leftMs - second.gapMs()) / rowMs(second));
    }

    /**
     * Says which budget would have done for the second stage.
     *
     * @param flagged rows of the second stage
     * @param leftMs what was left of the budget before it, in milliseconds
     * @param budgetMs the budget in milliseconds
     * @return whole minutes, without reruns
     */
    public long enough(final int flagged, final long leftMs, final long budgetMs) {
        return (long) Math.ceil((budgetMs - leftMs + expectedMs(0, flagged)) / MS_PER_MINUTE);
    }

    /**
     * Refuses a run that does not fit. The confirmation of one row is part of it: a gate that has no time to confirm cannot
     * fail.
     *
     * @param rows rows of the first stage
     * @param budgetMs the budget in milliseconds
     * @throws BadInputException saying how many rows fit
     */
    public void requireFits(final int rows, final long budgetMs) {
        final long neededMs = expectedMs(rows, 1);
        if (neededMs > budgetMs) {
            final long fitting = Math.max(0, (budgetMs - expectedMs(0, 1)) / rowMs(first));
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "%d rows of %d + %d pairs take %.1f minutes, the budget is %.1f: %d rows fit; drop rows, not pairs, or give more by --budget",
                    rows,
                    first.pairs(),
                    second.pairs(),
                    neededMs / MS_PER_MINUTE,
                    budgetMs / MS_PER_MINUTE,
                    fitting));
        }
    }

    /**
     * Lists the first stage fork by fork, with what it takes.
     *
     * @param rows its rows
     * @param coins the run's coins
     * @return lines of text, the last about time
     */
    public String listing(final Collection<RowName> rows, final Coins coins) {
        final StringBuilder text = new StringBuilder();
        for (int round = 0; round < first.pairs(); round++) {
            for (final RowName row : coins.order(rows, first.number(), round)) {
                final boolean headFirst = coins.headFirst(row, first.number(), round, 0);
                text.append(String.format(
                        Locale.ROOT, "%3d  %s  %s\n", round + 1, headFirst ? "head base" : "base head", row.text()));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%d rows, %d forks of %.1f s: %.1f minutes, with reruns at most %.1f; each row to confirm %.1f more\n",
                rows.size(),
                2 * first.pairs() * rows.size(),
                forkMs / 1e3,
                expectedMs(rows.size(), 0) / MS_PER_MINUTE,
                2.0 * (first.pairs() + first.reruns()) * rows.size() * forkMs / MS_PER_MINUTE,
                rowMs(second) / MS_PER_MINUTE));
        return text.toString();
    }

    /** {@return how long a pair takes if nothing disturbs it, in milliseconds} */
    public long pairMs() {
        return 2 * forkMs;
    }

    private long rowMs(final RunStage stage) {
        return stage.pairs() * pairMs();
    }
}
