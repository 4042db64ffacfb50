package io.vfiotce.tools.gate.stats;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** The exact bound of an effect from a test whose p-value is a step function of the shift that is tested. */
final class Inversion {
    private Inversion() {}

    /**
     * The smallest shift that is not rejected.
     *
     * @param steps every shift at which the p-value can step, in any order, some of them more than once
     * @param p p-value of the test that the effect is above a shift; it never falls as the shift grows, and is tried only between
     *     steps, so that no tie decides
     * @param alpha level
     * @return the bound; negative infinity if no shift is rejected
     */
    static double lowerBound(final double[] steps, final DoubleUnaryOperator p, final double alpha) {
        final double[] levels = Arrays.stream(steps).sorted().distinct().toArray();
        if (p.applyAsDouble(levels[0] - 1) > alpha) {
            return Double.NEGATIVE_INFINITY;
        }
        int rejected = -1;
        int accepted = levels.length - 1;
        while (accepted - rejected > 1) {
            final int middle = (rejected + accepted) >>> 1;
            if (p.applyAsDouble(0.5 * (levels[middle] + levels[middle + 1])) > alpha) {
                accepted = middle;
            } else {
                rejected = middle;
            }
        }
        return levels[accepted];
    }
}
