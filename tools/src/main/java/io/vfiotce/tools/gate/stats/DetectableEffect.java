package io.vfiotce.tools.gate.stats;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** The smallest slowdown that measured pairs could have shown, and the pairs that another would take. */
public final class DetectableEffect {
    /** Share of runs in which a slowdown of that size is found. */
    public static final double POWER = 0.95;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final Median MEDIAN = Median.withDefaults();
    /** Makes a median absolute deviation the standard deviation of normal noise. */
    private static final double MAD_TO_SD = 1.4826;
    /** Pitman efficiency of rank tests against those of means under normal noise: 3 / pi. */
    static final double EFFICIENCY = 3 / Math.PI;

    private static final int SIMULATIONS = 400;

    private DetectableEffect() {}

    /**
     * The smallest slowdown that the broad effect of a stage finds nearly always, by formula.
     *
     * @param pairs measured pairs
     * @param n pairs of the stage
     * @param alpha level of the stage, half of it for this test
     * @param margin the margin of the test
     * @return a slowdown: 0.05 is five percent
     */
    public static double byFormula(final ForkPairs pairs, final int n, final double alpha, final double margin) {
        return Math.expm1(Math.log1p(margin) + reach(pairs, alpha) / Math.sqrt(EFFICIENCY * n));
    }

    /**
     * Pairs with which the broad effect finds a slowdown nearly always, by the same formula.
     *
     * @param pairs measured pairs
     * @param slowdown the slowdown to find; above the margin
     * @param alpha level of the stage
     * @param margin the margin of the test
     * @return pairs, at least what any rejection takes
     */
    public static int pairsNeeded(
            final ForkPairs pairs, final double slowdown, final double alpha, final double margin) {
        final double ratio = reach(pairs, alpha) / (Math.log1p(slowdown) - Math.log1p(margin));
        return Math.max(JudgeSettings.fewestPairs(alpha), (int) Math.ceil(ratio * ratio / EFFICIENCY));
    }

    /**
     * The smallest slowdown that a stage finds nearly always, by simulation on the measured pairs.
     *
     * <p>The measured effect is taken out and the coins are tossed anew. Every slowdown moves estimates and bounds by itself, so
     * each toss has one slowdown from which on the stage objects, and no slowdown has to be tried; the answer is the quantile
     * of these. If the stage has another number of pairs than were measured, pairs are drawn with replacement first.
     *
     * @param pairs measured pairs
     * @param n pairs of the stage
     * @param alpha level of the stage
     * @param settings margin, limit and seed
     * @return a slowdown: 0.05 is five percent
     */
    public static double bySimulation(
            final ForkPairs pairs, final int n, final double alpha, final JudgeSettings settings) {
        final Coins coins = new Coins(settings.seed());
        final ForkPairs centred = pairs.centred();
        final double[] needed = new double[SIMULATIONS];
        for (int i = 0; i < SIMULATIONS; i++) {
            final ForkPairs stage = n == pairs.size() ? centred : centred.drawn(coins, n);
            needed[i] = needed(stage.flipped(coins), alpha, settings);
        }
        Arrays.sort(needed);
        return Math.expm1(needed[(int) Math.ceil(POWER * SIMULATIONS) - 1]);
    }

    private static double needed(final ForkPairs pairs, final double alpha, final JudgeSettings settings) {
        final Effect broad = SignedRank.effect(pairs.differences(), alpha / 2);
        return Math.min(
                needed(broad.estimate(), broad.lower(), settings),
                needed(LabelSwap.estimate(pairs), LabelSwap.lowerBound(pairs, alpha / 2), settings));
    }

    private static double needed(final double estimate, final double lower, final JudgeSettings settings) {
        return Math.max(settings.logMargin() - lower, settings.logRelevant() - estimate);
    }

    private static double reach(final ForkPairs pairs, final double alpha) {
        return (NORMAL.inverseSurvivalProbability(alpha / 2) + NORMAL.inverseCumulativeProbability(POWER))
                * spread(pairs.differences());
    }

    /** Robust standard deviation of logarithms. */
    static double spread(final double[] logs) {
        final double middle = MEDIAN.evaluate(logs);
        final double[] deviations =
                Arrays.stream(logs).map(d -> Math.abs(d - middle)).toArray();
        return MAD_TO_SD * MEDIAN.evaluate(deviations);
    }
}
