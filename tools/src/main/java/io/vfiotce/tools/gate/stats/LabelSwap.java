package io.vfiotce.tools.gate.stats;

import java.util.Arrays;

/**
 * The fast-mode effect: the lower quartile of the head's forks against that of the base's, tested by exchanging the labels
 * inside pairs. It does not notice a host that puts a third of the forks into a slow regime.
 *
 * <p><b>Which quartile.</b> The k-th smallest of n, k = n / 4 rounded up, without interpolation. So the p-value can be counted
 * exactly, over all 2^n exchanges and for any n, where an interpolated quantile would need random exchanges beyond n = 20: no
 * seed, and no floor of 1/100,001 under the p-value.
 *
 * <p><b>Counting.</b> Let B and H be what an exchange makes of base and head. The quartile of B is u and that of H at least v
 * if fewer than k of B are below u, at least k are at most u, and fewer than k of H are below v. Pairs are exchanged
 * independently, so the probability that fewer than k of B and fewer than k of H are below given bounds follows from a table
 * of k x k counts, filled pair by pair. The p-value sums over u with v = u + observed effect.
 *
 * <p><b>Interval.</b> Moving head down by s lowers the observed effect by s and that of no exchange by more, so the p-value
 * never falls as s grows: the set of shifts that are not rejected is an interval, and its end is one of finitely many shifts
 * at which some exchange draws level with what was observed ({@link Inversion}).
 */
final class LabelSwap {
    private LabelSwap() {}

    /** The rank k of the quartile among {@code n} forks. */
    static int quartileRank(final int n) {
        return (n + 3) / 4;
    }

    /** The effect: logarithm of the ratio of the lower quartiles. */
    static double estimate(final ForkPairs pairs) {
        return quartile(pairs.head()) - quartile(pairs.base());
    }

    /** Tests whether head is slower than base by more than a shift. */
    static double pAbove(final ForkPairs pairs, final double shift) {
        final double[] head =
                Arrays.stream(pairs.head()).map(value -> value - shift).toArray();
        return upperTail(pairs.base(), head, quartile(head) - quartile(pairs.base()));
    }

    /** Tests whether head is less slow than a shift: the same with the arms exchanged. */
    static double pBelow(final ForkPairs pairs, final double shift) {
        return pAbove(pairs.exchanged(), -shift);
    }

    /**
     * Estimate and bounds.
     *
     * @param alpha probability that the effect is beyond one bound
     */
    static Effect effect(final ForkPairs pairs, final double alpha) {
        return new Effect(estimate(pairs), lowerBound(pairs, alpha), -lowerBound(pairs.exchanged(), alpha));
    }

    /** The smallest shift that is not rejected; negative infinity if every shift is accepted. */
    static double lowerBound(final ForkPairs pairs, final double alpha) {
        return Inversion.lowerBound(levels(pairs), shift -> pAbove(pairs, shift), alpha);
    }

    /**
     * The shifts at which the effect of some exchange can draw level with the observed one. Such an effect is the
     * difference of two figures; it moves against the observed one by the shift if both are of one arm, by twice the shift if
     * the arms are crossed.
     */
    private static double[] levels(final ForkPairs pairs) {
        final double[] base = pairs.base();
        final double[] head = pairs.head();
        final double observed = estimate(pairs);
        final int n = base.length;
        final double[] levels = new double[3 * n * n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                levels[count++] = observed - (head[i] - head[j]);
                levels[count++] = observed - (base[i] - base[j]);
                levels[count++] = 0.5 * (observed - (base[i] - head[j]));
            }
        }
        return levels;
    }

    private static double quartile(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[quartileRank(sorted.length) - 1];
    }

    /** Probability that a random exchange inside the pairs (x, y) gives an effect of at least {@code effect}. */
    private static double upperTail(final double[] x, final double[] y, final double effect) {
        final int n = x.length;
        final int k = quartileRank(n);
        final double[] pooled = Arrays.copyOf(x, 2 * n);
        System.arraycopy(y, 0, pooled, n, n);
        Arrays.sort(pooled);
        double p = 0;
        for (int i = k - 1; i < 2 * n; i++) {
            final double u = pooled[i];
            if (i >= k && u == pooled[i - 1]) {
                continue;
            }
            final double reached = fewBelow(x, y, k, u, u + effect);
            if (reached == 0) {
                break;
            }
            p += reached - fewBelow(x, y, k, Math.nextUp(u), u + effect);
        }
        return Math.min(1, Math.max(p, Math.scalb(1.0, -n)));
    }

    /**
     * Probability that, after a random exchange inside the pairs (x, y), fewer than {@code k} of the first arm are below
     * {@code u} and fewer than {@code k} of the second below {@code v}.
     *
     * <p>The table has a row for each count of the first arm and a column for each of the second, below a row and behind a
     * column of zeros, from which nothing comes in. What counts to {@code k} leaves it.
     */
    private static double fewBelow(final double[] x, final double[] y, final int k, final double u, final double v) {
        final int stride = k + 1;
        final double[] table = new double[stride * stride];
        table[stride + 1] = 1;
        for (int i = 0; i < x.length; i++) {
            final int stayed = (x[i] < u ? stride : 0) + (y[i] < v ? 1 : 0);
            final int crossed = (y[i] < u ? stride : 0) + (x[i] < v ? 1 : 0);
            if (stayed != 0 || crossed != 0) {
                move(table, stride, stayed, crossed);
            }
        }
        return Arrays.stream(table).sum();
    }

    /** Moves half of every probability by each of two steps; from the end, so that none moves twice. */
    private static void move(final double[] table, final int stride, final int stayed, final int crossed) {
        for (int row = stride - 1; row > 0; row--) {
            final int start = row * stride;
            for (int to = start + stride - 1; to > start; to--) {
                table[to] = 0.5 * (table[to - stayed] + table[to - crossed]);
            }
        }
    }
}
