package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Interval;
import java.util.Locale;

/**
 * Bounds of ratios between rows, measured in adjacent pairs. All limits of a run that such bounds are held against share one
 * level (Bonferroni), so that the probability of any wrong FAIL among them is at most that; the same holds for PASS.
 *
 * @threads immutable
 */
public final class RatioBounds {
    private final double alpha;

    /**
     * Fixes the level, before anything is measured.
     *
     * @param familyAlpha probability of any wrong FAIL in a run
     * @param limits limits of all ratios of the run, a least and a largest ratio counted apart; at least one
     * @param pairs pairs of forks that each ratio gets
     * @throws BadInputException if so few pairs have no bounds at that level
     */
    public RatioBounds(final double familyAlpha, final int limits, final int pairs) {
        alpha = familyAlpha / limits;
        // No p-value is below that of a rank sum of zero.
        final int fewest = (int) Math.ceil(-Math.log(alpha) / Math.log(2));
        if (pairs < fewest) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "%d pairs cannot show anything about %d limits of ratios; it takes %d",
                    pairs,
                    limits,
                    fewest));
        }
    }

    /**
     * Bounds a ratio.
     *
     * @param pairs the row below the line as base, the one above it as head
     * @return the ratio minus one, with its bounds; the smallest detectable difference is half of what is between them
     */
    public Interval of(final ForkPairs pairs) {
        final Effect effect = SignedRank.effect(pairs.differences(), alpha);
        return new Interval(
                Math.expm1(effect.estimate()),
                Math.expm1(effect.lower()),
                Math.expm1(effect.upper()),
                1 - 2 * alpha,
                Math.expm1(effect.width() / 2));
    }
}
