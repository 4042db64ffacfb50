package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sets of regions against a plain list, from the bottom of the address space to its top. */
class RegionSetTest {
    private static final int SHIFT = 12;
    private static final long PAGE = 1L << SHIFT;

    private static PinnedRegion region(final long ua, final long pages) {
        return new PinnedRegion(ua, pages, SHIFT, SHIFT, 0, ua, 0);
    }

    @Test
    void shouldFindWhatAListFindsWhenAddressesAreAnywhere() {
        final SplittableRandom random = new SplittableRandom(Seeds.seed("RegionSetTest"));
        // Pages near 0, near the sign change, and near the top: numbers of pages, signed around each centre.
        final long[] centres = {0, 1L << 51, (1L << 52) - 40};
        for (int round = 0; round < 300; round++) {
            RegionSet set = RegionSet.EMPTY;
            final List<PinnedRegion> list = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                final long page = centres[random.nextInt(3)] + random.nextInt(40);
                final long pages = Math.min(1 + random.nextInt(8), (1L << 52) - 1 - page);
                if (pages <= 0) {
                    continue;
                }
                final boolean overlaps = list.stream().anyMatch(other -> overlap(other, page, pages));
                assertEquals(overlaps, set.overlaps(page << SHIFT, pages << SHIFT));
                if (!overlaps) {
                    final PinnedRegion region = region(page << SHIFT, pages);
                    list.add(region);
                    set = set.with(region);
                } else if (random.nextBoolean()) {
                    set = set.without(list.remove(random.nextInt(list.size())));
                }
                assertEquals(list.size(), set.regions().size());
                checkFind(set, list, (page << SHIFT) + random.nextLong(PAGE), random.nextLong(4 * PAGE));
            }
        }
    }

    private static boolean overlap(final PinnedRegion other, final long page, final long pages) {
        final long start = other.ua() >>> SHIFT;
        return start < page + pages && page < start + other.pages();
    }

    private static void checkFind(final RegionSet set, final List<PinnedRegion> list, final long ua, final long bytes) {
        PinnedRegion expected = null;
        for (final PinnedRegion region : list) {
            final long start = region.ua() >>> SHIFT;
            final long page = ua >>> SHIFT;
            expected = page >= start && page < start + region.pages() ? region : expected;
        }
        assertSame(expected, set.find(ua));
        if (expected == null) {
            assertNull(set.find(ua, bytes));
        } else {
            final long left = expected.sizeBytes() - (ua - expected.ua());
            assertSame(bytes <= left ? expected : null, set.find(ua, bytes));
            assertSame(expected, set.find(ua, left));
            assertNull(set.find(ua, left + 1));
            // Up to the top of the address space; from its very bottom that is 2^64 bytes, which no number says.
            assertTrue(ua == 0 || set.find(ua, -ua) == null);
        }
    }
}
