package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Blocks become equally long, whatever one operation of either kind costs. */
class BlockSizingTest {
    private static final long TARGET_NS = 2_000;
    private static final long SEED = 42;

    private final BlockSizing sizing = new BlockSizing();
    private final SplittableRandom noise = new SplittableRandom(SEED);
    private long nowNs;
    private long firstRuns;
    private long secondRuns;
    private long firstAfterSecond;
    private boolean wasSecond;

    private BlockPairs pairs(final double firstNs, final double secondNs, final long overheadNs) {
        return new BlockPairs(
                () -> nowNs,
                operations -> {
                    firstRuns++;
                    firstAfterSecond += wasSecond ? 1 : 0;
                    wasSecond = false;
                    pass(overheadNs + (long) (operations * firstNs));
                },
                operations -> {
                    secondRuns++;
                    wasSecond = true;
                    pass(overheadNs + (long) (operations * secondNs));
                },
                SEED);
    }

    /** One block in twenty takes ten times as long: the median does not mind. */
    private void pass(final long ns) {
        nowNs += noise.nextInt(20) == 0 ? 10 * ns : ns;
    }

    @Test
    void shouldMakeBothMediansTheTargetWhenOperationsCostDifferently() {
        sizing.size(pairs(6.1, 0.9, 30), TARGET_NS);
        assertEquals(TARGET_NS, 30 + sizing.firstSize() * 6.1, TARGET_NS * 0.05);
        assertEquals(TARGET_NS, 30 + sizing.secondSize() * 0.9, TARGET_NS * 0.05);
        assertEquals(sizing.firstNs(), sizing.secondNs(), TARGET_NS * 0.02);
    }

    @Test
    void shouldSayWhyWhenTheMediansCannotBecomeEqual() {
        final IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> sizing.size(pairs(1, 900, 0), TARGET_NS));
        assertTrue(e.getMessage().contains("do not become equal"), e.getMessage());
    }

    @Test
    void shouldCountEveryBlockWhenPairsAreTimed() {
        final IntervalLog first = new IntervalLog(1);
        final IntervalLog second = new IntervalLog(1);
        pairs(10, 20, 0).sizes(100, 100).run(1_000, first, second);
        assertEquals(1_000, firstRuns);
        assertEquals(1_000, secondRuns);
        assertEquals(1_000, first.total().getTotalCount());
        assertEquals(1_000, second.total().getTotalCount());
        assertEquals(1_000, first.total().getMinValue(), 1);
        assertEquals(2_000, second.total().getMinValue(), 1);
    }

    @Test
    void shouldTossTheOrderWhenPairsAreTimed() {
        final int pairs = 10_000;
        pairs(10, 20, 0).sizes(1, 1).run(pairs, new IntervalLog(1), new IntervalLog(1));
        // Half in its own pair, and half of the other half behind the pair before.
        assertEquals(0.75 * pairs, firstAfterSecond, 0.05 * pairs);
    }
}
