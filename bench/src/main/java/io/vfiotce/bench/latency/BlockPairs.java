package io.vfiotce.bench.latency;

import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;

/**
 * Times pairs of blocks, one of each kind, in an order that a coin decides: so neither kind follows the other more often, and
 * whatever happens meanwhile hits both alike.
 *
 * @threads one
 */
final class BlockPairs {
    private final NanoClock clock;
    private final Block first;
    private final Block second;
    private final SplittableRandom coin;
    private int firstSize;
    private int secondSize;

    /**
     * Sets it up.
     *
     * @param clock tells the time
     * @param first one kind
     * @param second the other
     * @param seed of the coin
     */
    BlockPairs(final NanoClock clock, final Block first, final Block second, final long seed) {
        this.clock = clock;
        this.first = first;
        this.second = second;
        coin = new SplittableRandom(seed);
    }

    /**
     * Sets how many operations a block of each kind has; {@return this}
     *
     * @param ofFirst the one kind
     * @param ofSecond the other
     */
    BlockPairs sizes(final int ofFirst, final int ofSecond) {
        firstSize = ofFirst;
        secondSize = ofSecond;
        return this;
    }

    /**
     * Times pairs.
     *
     * @param pairs how many
     * @param firstLog takes the times of the one kind
     * @param secondLog takes those of the other
     */
    void run(final long pairs, final IntervalLog firstLog, final IntervalLog secondLog) {
        final long startNs = clock.nanoTime();
        firstLog.start(startNs, System.currentTimeMillis());
        secondLog.start(startNs, System.currentTimeMillis());
        for (long i = 0; i < pairs; i++) {
            if (coin.nextBoolean()) {
                timeFirst(firstLog);
                timeSecond(secondLog);
            } else {
                timeSecond(secondLog);
                timeFirst(firstLog);
            }
        }
    }

    // Two methods with one call each: the compiler sees one kind in either.
    private void timeFirst(final IntervalLog log) {
        final long startNs = clock.nanoTime();
        first.run(firstSize);
        final long endNs = clock.nanoTime();
        log.record(endNs, endNs - startNs);
    }

    private void timeSecond(final IntervalLog log) {
        final long startNs = clock.nanoTime();
        second.run(secondSize);
        final long endNs = clock.nanoTime();
        log.record(endNs, endNs - startNs);
    }
}
