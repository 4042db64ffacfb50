package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import java.util.Locale;

/**
 * What the judge must hold, fixed before anything is measured.
 *
 * <p><b>Two stages.</b> The first stage judges all rows at {@code stageAlpha}; rows it flags are measured afresh and judged at
 * {@link #confirmAlpha()}. Fresh coins make the stages independent, so the probability of any false FAIL among the rows is at most
 * {@code rows * stageAlpha * confirmAlpha = familyAlpha}, however many rows are flagged.
 *
 * @param limit the largest slowdown that is acceptable: 0.05 is five percent
 * @param margin the slowdown nobody should act on; below the limit
 * @param familyAlpha probability of any false FAIL in a run on unchanged code
 * @param stageAlpha probability that the first stage flags an unchanged row
 * @param rows rows that are judged in the run
 * @param firstPairs pairs of the first stage
 * @param confirmPairs fresh pairs of the second stage
 * @param seed seed of the simulation behind the smallest detectable effect
 */
public record JudgeSettings(
        double limit,
        double margin,
        double familyAlpha,
        double stageAlpha,
        int rows,
        int firstPairs,
        int confirmPairs,
        long seed) {
    /** Level of each one-sided bound that is shown, and of the test that a row is below the limit. */
    public static final double BOUND_ALPHA = 0.05;

    private static final int FEWEST_PAIRS = 6;

    /**
     * Refuses what could not work: with too few pairs, no data whatever can reject.
     *
     * @throws BadInputException if a value is out of range, or a stage has too few pairs for its level
     */
    public JudgeSettings {
        require(margin >= 0 && limit > margin && limit < 10, "the limit %s must be above the margin %s", limit, margin);
        require(
                familyAlpha > 0 && familyAlpha <= stageAlpha && stageAlpha < 0.5,
                "the family-wise level %s must be above 0 and at most the first stage's level %s, which is below 0.5",
                familyAlpha,
                stageAlpha);
        require(rows > 0, "%s rows cannot be judged", rows);
        final int first = fewestPairs(stageAlpha);
        require(
                firstPairs >= first,
                "%s pairs cannot show anything in the first stage; it takes %s",
                firstPairs,
                first);
        final int confirm = fewestPairs(confirmAlpha(familyAlpha, stageAlpha, rows));
        require(
                confirmPairs >= confirm,
                "%s pairs cannot confirm a regression among %s rows; it takes %s",
                confirmPairs,
                rows,
                confirm);
    }

    /**
     * Settings with the standard levels: one false FAIL in a hundred runs, a margin of one percent.
     *
     * @param limit the largest slowdown that is acceptable
     * @param rows rows that are judged in the run
     * @param firstPairs pairs of the first stage
     * @param confirmPairs pairs of the second stage
     * @param seed seed
     * @return the settings
     * @throws BadInputException as the constructor
     */
    public static JudgeSettings standard(
            final double limit, final int rows, final int firstPairs, final int confirmPairs, final long seed) {
        return new JudgeSettings(limit, 0.01, 0.01, 0.05, rows, firstPairs, confirmPairs, seed);
    }

    /**
     * Fewest pairs with which a stage can reject at a level: each of the two tests has half the level, and no p-value is below
     * 2^-pairs. Below six pairs the bounds at {@link #BOUND_ALPHA} do not exist.
     *
     * @param alpha level of the stage
     * @return pairs
     */
    public static int fewestPairs(final double alpha) {
        return Math.max(FEWEST_PAIRS, (int) Math.ceil(Math.log(2 / alpha) / Math.log(2)));
    }

    /**
     * {@return level of the second stage, {@code familyAlpha / (stageAlpha * rows)}, but never laxer than the first: with few
     * rows that gives up power which the second stage does not lack}
     */
    public double confirmAlpha() {
        return confirmAlpha(familyAlpha, stageAlpha, rows);
    }

    private static double confirmAlpha(final double familyAlpha, final double stageAlpha, final int rows) {
        return Math.min(stageAlpha, familyAlpha / (stageAlpha * rows));
    }

    /** Logarithm of the margin. */
    double logMargin() {
        return ForkPairs.logOf(margin);
    }

    /** Logarithm of the limit. */
    double logLimit() {
        return ForkPairs.logOf(limit);
    }

    /** Logarithm of the smallest effect that is worth an objection: half the limit. */
    double logRelevant() {
        return ForkPairs.logOf(limit / 2);
    }

    private static void require(final boolean holds, final String message, final Object... values) {
        if (!holds) {
            throw new BadInputException(String.format(Locale.ROOT, message, values));
        }
    }
}
