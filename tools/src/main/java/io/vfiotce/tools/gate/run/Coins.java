package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * All chance of a run, drawn from its seed: which arm of a pair goes first, and the order of rows in a round.
 *
 * <p>Each draw is a digest of the seed and of what is drawn for, so it depends on no other draw: a run that resumes or leaves
 * a row out draws the same for the rest, and the stages are independent.
 */
public final class Coins {
    private final long seed;

    /**
     * Creates the coins.
     *
     * @param seed the seed
     */
    public Coins(final long seed) {
        this.seed = seed;
    }

    /**
     * Tosses the coin of a pair.
     *
     * @param row the row
     * @param stage the stage
     * @param number the pair's number
     * @param attempt 0, or 1 for a rerun
     * @return whether the head goes first
     */
    public boolean headFirst(final RowName row, final int stage, final int number, final int attempt) {
        return draw("coin", stage, number, attempt, row).charAt(0) >= '8';
    }

    /**
     * Shuffles the rows of a round.
     *
     * @param rows the rows
     * @param stage the stage
     * @param round the round, from 0
     * @return the rows in their order
     */
    public List<RowName> order(final Collection<RowName> rows, final int stage, final int round) {
        return rows.stream()
                .sorted(Comparator.comparing(row -> draw("order", stage, round, 0, row)))
                .toList();
    }

    private String draw(final String what, final int stage, final int number, final int attempt, final RowName row) {
        return Digests.sha256(what + ' ' + seed + ' ' + stage + ' ' + number + ' ' + attempt + ' ' + row.text());
    }
}
