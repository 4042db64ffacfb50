package io.vfiotce.tools.gate.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * The broad effect: Wilcoxon's signed-rank test of paired log ratios and what comes from inverting it, the Hodges-Lehmann
 * estimate and its exact bounds.
 *
 * <p>Ties get midranks, and zeros are ranked and then left out (Pratt 1959): unlike dropping them first, that never makes a
 * p-value smaller because a pair that contradicts became a zero. Up to 60 pairs the p-value is exact, beyond a normal
 * approximation. The test of Commons Statistics is exact only without ties and zeros, and its approximation with both differs
 * from that of SciPy, so only ranking and normal distribution are taken from there.
 *
 * @source Wilcoxon 1945, Pratt 1959, Hodges and Lehmann 1963
 */
final class SignedRank {
    private static final NaturalRanking MIDRANKS = new NaturalRanking(TiesStrategy.AVERAGE);
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private SignedRank() {}

    /**
     * Tests whether differences tend to be above a shift.
     *
     * @return probability of a rank sum at least as large if every difference from {@code shift} had a random sign
     */
    static double pAbove(final double[] differences, final double shift) {
        final int n = differences.length;
        final double[] sizes = new double[n];
        for (int i = 0; i < n; i++) {
            sizes[i] = Math.abs(differences[i] - shift);
        }
        final double[] ranks = MIDRANKS.apply(sizes);
        final int[] doubled = new int[n];
        int nonZero = 0;
        int sum = 0;
        for (int i = 0; i < n; i++) {
            final int rank = (int) (2 * ranks[i]);
            if (sizes[i] > 0) {
                doubled[nonZero++] = rank;
                sum += differences[i] > shift ? rank : 0;
            }
        }
        if (n > SignedRankTable.LARGEST) {
            return approximateTail(Arrays.copyOf(doubled, nonZero), sum);
        }
        return nonZero == n && isUntied(doubled)
                ? SignedRankTable.upperTail(n, sum)
                : SignedRankTable.upperTails(doubled, nonZero)[sum];
    }

    /**
     * Normal approximation with correction for continuity. Mean and variance are those of the ranks that are there, which is the
     * correction for ties and zeros.
     */
    private static double approximateTail(final int[] doubledRanks, final int doubledSum) {
        double mean = 0;
        double variance = 0;
        for (final int rank : doubledRanks) {
            mean += 0.5 * rank;
            variance += 0.25 * rank * rank;
        }
        if (variance == 0) {
            return 1;
        }
        return NORMAL.survivalProbability((doubledSum - 1 - mean) / Math.sqrt(variance));
    }

    /** Tests whether differences tend to be below a shift. */
    static double pBelow(final double[] differences, final double shift) {
        return pAbove(negated(differences), -shift);
    }

    /** The Hodges-Lehmann estimate: the median of all averages of two differences, each with itself included. */
    static double estimate(final double[] differences) {
        final double[] walsh = walshAverages(differences);
        return 0.5 * (walsh[(walsh.length - 1) / 2] + walsh[walsh.length / 2]);
    }

    /**
     * Estimate and bounds.
     *
     * <p>The bounds are the Walsh averages W(k+1) and W(M-k), k being the largest number for which a rank sum of at most k has
     * a probability of at most {@code alpha}. Without ties that is exact; ties make it wider than need be.
     *
     * @param alpha probability that the effect is beyond one bound
     */
    static Effect effect(final double[] differences, final double alpha) {
        final double[] walsh = walshAverages(differences);
        final int m = walsh.length;
        final int k = tailCount(differences.length, alpha);
        final double estimate = 0.5 * (walsh[(m - 1) / 2] + walsh[m / 2]);
        return k < 0
                ? new Effect(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)
                : new Effect(estimate, walsh[k], walsh[m - 1 - k]);
    }

    /** Largest k with P(rank sum <= k) <= alpha; -1 if there is none. */
    static int tailCount(final int n, final double alpha) {
        final int m = n * (n + 1) / 2;
        if (n > SignedRankTable.LARGEST) {
            final double sd = Math.sqrt(m * (2 * n + 1) / 12.0);
            return (int) Math.floor(0.5 * m - 0.5 - sd * NORMAL.inverseSurvivalProbability(alpha));
        }
        int k = -1;
        while (SignedRankTable.upperTail(n, 2 * (m - k - 1)) <= alpha) {
            k++;
        }
        return k;
    }

    private static double[] walshAverages(final double[] differences) {
        final int n = differences.length;
        final double[] walsh = new double[n * (n + 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                walsh[count++] = 0.5 * (differences[i] + differences[j]);
            }
        }
        Arrays.sort(walsh);
        return walsh;
    }

    private static boolean isUntied(final int[] doubledRanks) {
        final boolean[] seen = new boolean[2 * doubledRanks.length + 1];
        for (final int rank : doubledRanks) {
            if (rank % 2 != 0 || seen[rank]) {
                return false;
            }
            seen[rank] = true;
        }
        return true;
    }

    private static double[] negated(final double[] differences) {
        return Arrays.stream(differences).map(d -> -d).toArray();
    }
}
