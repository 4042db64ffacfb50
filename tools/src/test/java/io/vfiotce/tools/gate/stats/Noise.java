package io.vfiotce.tools.gate.stats;

import java.util.Random;

/** Seeded forks of hosts that never were. */
final class Noise {
    private Noise() {}

    /** Pairs whose figures scatter, and whose head is slower. */
    static ForkPairs pairs(final int n, final double spread, final double slowdown, final long seed) {
        final Random random = new Random(seed);
        final double[] base = new double[n];
        final double[] head = new double[n];
        for (int i = 0; i < n; i++) {
            final double host = 3 * Math.exp(0.01 * random.nextGaussian());
            base[i] = host * Math.exp(spread * random.nextGaussian());
            head[i] = host * Math.exp(spread * random.nextGaussian()) * (1 + slowdown);
        }
        return ForkPairs.of(base, head);
    }

    /** Figures of one arm. */
    static double[] figures(final int n, final double spread, final double middle, final long seed) {
        final Random random = new Random(seed);
        return random.doubles(n)
                .map(any -> middle * Math.exp(spread * random.nextGaussian()))
                .toArray();
    }
}
