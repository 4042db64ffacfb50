package io.vfiotce.tools.gate.stats;

/**
 * The exact distribution of the signed-rank sum when every sign is a fair coin.
 *
 * <p>Ranks are counted doubled, so that midranks of ties are whole numbers; the distribution over given ranks is built up rank
 * by rank. All terms are positive, so each probability is right to some 1e-14 of itself.
 *
 * @source Wilcoxon 1945; the recursion is that of R's dsignrank, here over given midranks instead of 1 to n
 */
final class SignedRankTable {
    /** Beyond so many pairs the normal approximation is used. */
    static final int LARGEST = 60;

    private static final double[][] WITHOUT_TIES = new double[LARGEST + 1][];

    static {
        final int[] doubled = new int[LARGEST];
        for (int n = 0; n <= LARGEST; n++) {
            if (n > 0) {
                doubled[n - 1] = 2 * n;
            }
            WITHOUT_TIES[n] = upperTails(doubled, n);
        }
    }

    private SignedRankTable() {}

    /** Probability that the doubled sum over ranks 1 to {@code n} is at least {@code doubledSum}. */
    static double upperTail(final int n, final int doubledSum) {
        return WITHOUT_TIES[n][doubledSum];
    }

    /** Probabilities that the doubled sum is at least 0, 1, ..., over the first {@code n} doubled ranks. */
    static double[] upperTails(final int[] doubledRanks, final int n) {
        int largest = 0;
        for (int i = 0; i < n; i++) {
            largest += doubledRanks[i];
        }
        final double[] probability = new double[largest + 1];
        probability[0] = 1;
        int reached = 0;
        for (int i = 0; i < n; i++) {
            final int rank = doubledRanks[i];
            reached += rank;
            for (int sum = reached; sum >= 0; sum--) {
                probability[sum] = 0.5 * (probability[sum] + (sum >= rank ? probability[sum - rank] : 0));
            }
        }
        for (int sum = largest - 1; sum >= 0; sum--) {
            probability[sum] += probability[sum + 1];
        }
        return probability;
    }
}
