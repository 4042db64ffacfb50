package io.vfiotce.bench.latency;

import org.HdrHistogram.Histogram;

/**
 * Finds how many operations make blocks of either kind as long as they shall be, timed in pairs as they will be afterwards.
 *
 * @threads one
 */
final class BlockSizing {
    private static final int FIRST_GUESS = 100;
    private static final int PAIRS = 5_000;
    private static final int ROUNDS = 100;

    /** How far a median may be from what it shall be, and the two medians from each other. */
    private static final double NEAR_TARGET = 0.05;

    private static final double EQUAL = 0.02;

    private int firstSize = FIRST_GUESS;
    private int secondSize = FIRST_GUESS;
    private long firstNs;
    private long secondNs;

    /**
     * Finds the sizes and sets them.
     *
     * @param pairs the pairs
     * @param targetNs the median that a block of either kind shall have
     * @throws IllegalStateException if the medians do not become equal
     */
    void size(final BlockPairs pairs, final long targetNs) {
        for (int round = 0; round < ROUNDS; round++) {
            time(pairs.sizes(firstSize, secondSize), PAIRS);
            if (isNear(firstNs, targetNs, NEAR_TARGET) && isNear(firstNs, secondNs, EQUAL)) {
                return;
            }
            firstSize = scaled(firstSize, firstNs, targetNs);
            secondSize = scaled(secondSize, secondNs, targetNs);
        }
        throw new IllegalStateException("blocks of " + firstSize + " and of " + secondSize + " operations take "
                + firstNs + " and " + secondNs + " ns, and do not become equal");
    }

    /**
     * Takes the medians of pairs as they are.
     *
     * @param pairs the pairs
     * @param count how many to time
     */
    void time(final BlockPairs pairs, final long count) {
        final IntervalLog first = new IntervalLog(1);
        final IntervalLog second = new IntervalLog(1);
        pairs.run(count, first, second);
        firstNs = median(first.total());
        secondNs = median(second.total());
    }

    private static long median(final Histogram times) {
        return times.getValueAtPercentile(50);
    }

    private static boolean isNear(final long ns, final long otherNs, final double part) {
        return Math.abs(ns - otherNs) <= part * otherNs;
    }

    private static int scaled(final int size, final long ns, final long targetNs) {
        return (int) Math.max(1, size * targetNs / Math.max(1, ns));
    }

    int firstSize() {
        return firstSize;
    }

    int secondSize() {
        return secondSize;
    }

    /** {@return the median of the one kind, when last timed} */
    long firstNs() {
        return firstNs;
    }

    /** {@return the median of the other kind} */
    long secondNs() {
        return secondNs;
    }
}
