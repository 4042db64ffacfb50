package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.support.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The sum over stripes is the count, wherever it was counted and whichever stripes are gone. */
class MappedCountsTest {
    private static final int STRIPE_BYTES = MappedCounts.MAX_REGIONS * Long.BYTES;

    private final OffHeap offHeap = new OffHeap(4L * STRIPE_BYTES);
    private final MappedCounts counts = new MappedCounts(offHeap);

    @Test
    void shouldSumAllStripesWhenCountedEverywhere() {
        final SplittableRandom random = new SplittableRandom(Seeds.seed("MappedCountsTest"));
        final long[] stripes = {counts.openStripe(), counts.openStripe()};
        final long[] expected = new long[MappedCounts.MAX_REGIONS];
        for (int step = 0; step < 20_000; step++) {
            final int region = random.nextInt(8) * 146;
            final long entries = random.nextLong(-512, 513);
            final int where = random.nextInt(3);
            if (where == 2) {
                counts.addShared(region, entries);
            } else {
                MappedCounts.addOwn(stripes[where], region, entries);
            }
            expected[region] += entries;
            if (random.nextInt(50) == 0) {
                counts.closeStripe(stripes[0]);
                stripes[0] = counts.openStripe();
            }
            assertEquals(expected[region], counts.sum(region));
        }
        for (int region = 0; region < MappedCounts.MAX_REGIONS; region++) {
            assertEquals(expected[region], counts.sum(region), "region " + region);
        }
        counts.closeStripe(stripes[0]);
        counts.closeStripe(stripes[1]);
        counts.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldSumToZeroWhenOneStripeMapsAndAnotherUnmaps() {
        final long first = counts.openStripe();
        final long second = counts.openStripe();
        MappedCounts.addOwn(first, 1023, 3);
        MappedCounts.addOwn(second, 1023, -3);
        assertEquals(0, counts.sum(1023));
        counts.closeStripe(second);
        assertEquals(0, counts.sum(1023));
    }

    @Test
    void shouldLeaveNothingBehindWhenThereIsNoMemoryForAStripe() {
        counts.openStripe();
        counts.openStripe();
        counts.openStripe();
        assertThrows(OutOfMemoryError.class, counts::openStripe);
        assertEquals(4L * STRIPE_BYTES, offHeap.allocatedBytes());
        assertEquals(0, counts.sum(0));
    }

    @Test
    void shouldRefuseWhenAStripeIsClosedTwice() {
        final long stripe = counts.openStripe();
        counts.closeStripe(stripe);
        assertThrows(IllegalStateException.class, () -> counts.closeStripe(stripe));
        assertEquals(STRIPE_BYTES, offHeap.allocatedBytes());
    }
}
