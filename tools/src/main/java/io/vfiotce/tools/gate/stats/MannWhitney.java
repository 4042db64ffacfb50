package io.vfiotce.tools.gate.stats;

import java.util.Arrays;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * The shift between two unpaired samples of logarithms: the Mann-Whitney test of Commons Statistics (exact below 50 forks an arm
 * unless figures tie), the Hodges-Lehmann estimate, and bounds by inverting the test.
 *
 * @source Mann and Whitney 1947, Hodges and Lehmann 1963
 */
final class MannWhitney {
    private static final MannWhitneyUTest ABOVE =
            MannWhitneyUTest.withDefaults().with(AlternativeHypothesis.GREATER_THAN);

    private MannWhitney() {}

    /** Tests whether head is above base by more than a shift. */
    static double pAbove(final double[] base, final double[] head, final double shift) {
        final boolean allTied = Arrays.stream(head).allMatch(h -> h - shift == base[0])
                && Arrays.stream(base).allMatch(b -> b == base[0]);
        return allTied ? 1 : ABOVE.withMu(shift).test(head, base).getPValue();
    }

    /** Tests whether head is above base by less than a shift. */
    static double pBelow(final double[] base, final double[] head, final double shift) {
        return pAbove(head, base, -shift);
    }

    /** Estimate, the median of all differences head - base, and bounds. */
    static Effect effect(final double[] base, final double[] head, final double alpha) {
        final double[] differences = differences(base, head);
        Arrays.sort(differences);
        final int m = differences.length;
        return new Effect(
                0.5 * (differences[(m - 1) / 2] + differences[m / 2]),
                lowerBound(base, head, alpha),
                -lowerBound(head, base, alpha));
    }

    private static double lowerBound(final double[] base, final double[] head, final double alpha) {
        return Inversion.lowerBound(differences(base, head), shift -> pAbove(base, head, shift), alpha);
    }

    private static double[] differences(final double[] base, final double[] head) {
        return Arrays.stream(head)
                .flatMap(h -> Arrays.stream(base).map(b -> h - b))
                .toArray();
    }
}
