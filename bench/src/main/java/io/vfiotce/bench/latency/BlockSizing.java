package io.vfiotce.bench.latency;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Finds how many operations make a block of a given median time.
 *
 * @threads one
 */
final class BlockSizing {
    private static final int FIRST_GUESS = 100;
    private static final int SAMPLES = 5_001;
    private static final int ROUNDS = 20;
    private static final double NEAR_ENOUGH = 0.01;
    private static final int DIGITS = 3;

    private final NanoClock clock;

    BlockSizing(final NanoClock clock) {
        this.clock = clock;
    }

    /**
     * Finds the size.
     *
     * @param block what is timed
     * @param targetNs the median that it shall have
     * @return the size that came nearest
     */
    int size(final Block block, final long targetNs) {
        int operations = FIRST_GUESS;
        int best = operations;
        double bestError = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && bestError > NEAR_ENOUGH; round++) {
            final long medianNs = medianNs(block, operations);
            final double error = Math.abs((double) medianNs / targetNs - 1);
            if (error < bestError) {
                bestError = error;
                best = operations;
            }
            operations = (int) Math.max(1, operations * targetNs / Math.max(1, medianNs));
        }
        return best;
    }

    /** {@return the median time of blocks of a size} */
    private long medianNs(final Block block, final int operations) {
        final Histogram times = new Histogram(IntervalLog.MAX_NS, DIGITS);
        for (int i = 0; i < SAMPLES; i++) {
            final long startNs = clock.nanoTime();
            block.run(operations);
            times.recordValue(clock.nanoTime() - startNs);
        }
        return times.getValueAtPercentile(50);
    }
}
