package io.vfiotce.tools.gate.stats;

import java.util.SplittableRandom;

/**
 * Seeded coins and draws, the same on every JDK: only the 64-bit words of {@link SplittableRandom} are used, whose algorithm is
 * fixed (Steele, Lea and Flood 2014), and none of its derived draws, whose are not.
 *
 * @threads one
 */
final class Coins {
    private final SplittableRandom words;
    private long bits;
    private int left;

    Coins(final long seed) {
        words = new SplittableRandom(seed);
    }

    /** A fair coin. */
    boolean toss() {
        if (left == 0) {
            bits = words.nextLong();
            left = Long.SIZE;
        }
        left--;
        final boolean heads = (bits & 1) != 0;
        bits >>>= 1;
        return heads;
    }

    /** A number from 0 to {@code bound - 1}; uneven by less than one in 2^32 / bound. */
    int below(final int bound) {
        return (int) ((words.nextLong() >>> Integer.SIZE) * bound >>> Integer.SIZE);
    }
}
