package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.StackOverflows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a vCPU remembers of windows, and forgets. */
class WindowCacheTest {
    private static final int ENTRIES = 512;
    private static final int SHIFT = 12;

    private final OffHeap offHeap = new OffHeap(1 << 20);
    private final WindowCache cache = new WindowCache(offHeap);

    @AfterEach
    void free() {
        cache.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    private void remember(final long liobn, final long start) {
        cache.remember(liobn, start + 0x3000, start, ENTRIES, SHIFT, liobn << 20, liobn << 30, liobn << 40);
    }

    private boolean holds(final long liobn, final long ioba) {
        final long stretch = WindowCache.stretch(cache.middle(), liobn, ioba);
        return WindowCache.holds(stretch, liobn, WindowCache.index(stretch, ioba));
    }

    @Test
    void shouldHoldTheEntriesOfAStretchAndNothingBeside() {
        final long start = 0x4000_0000L;
        assertFalse(holds(7, start));
        assertFalse(holds(0, 0));
        remember(7, start);
        assertTrue(holds(7, start));
        assertTrue(holds(7, start + ((ENTRIES - 1L) << SHIFT)));
        assertFalse(holds(7, start + ((long) ENTRIES << SHIFT)));
        assertFalse(holds(7, start - (1 << SHIFT)));
        assertFalse(holds(7, start + 8));
        assertFalse(holds(8, start));
        assertFalse(holds(-1, 0));
        final long stretch = WindowCache.stretch(cache.middle(), 7, start);
        assertEquals(3, WindowCache.index(stretch, start + 0x3000));
        assertEquals(SHIFT, WindowCache.pageShift(stretch));
        assertEquals(7L << 20, WindowCache.guestView(stretch));
        assertEquals(7L << 30, WindowCache.hardwareView(stretch, 0));
        assertEquals(7L << 40, WindowCache.hardwareView(stretch, 1));
    }

    @Test
    void shouldRememberMostOfAThousandWindowsAndForgetAll() {
        for (int round = 0; round < 2; round++) {
            final List<Long> held = new ArrayList<>();
            for (long liobn = 0x8000_0000L; liobn < 0x8000_0000L + 65_536; liobn += 64) {
                remember(liobn, 0);
            }
            for (long liobn = 0x8000_0000L; liobn < 0x8000_0000L + 65_536; liobn += 64) {
                if (holds(liobn, 0)) {
                    held.add(liobn);
                }
            }
            assertTrue(held.size() > 900, () -> held.size() + " of 1,024");
            cache.clear();
            for (final long liobn : held) {
                assertFalse(holds(liobn, 0));
            }
        }
    }

    @Test
    void shouldFindAHundredNeighboursWithoutConflict() {
        for (long liobn = 0x8000_0000L; liobn < 0x8000_0000L + 100; liobn++) {
            remember(liobn, 0);
        }
        for (long liobn = 0x8000_0000L; liobn < 0x8000_0000L + 100; liobn++) {
            assertTrue(holds(liobn, 0));
        }
    }

    @Test
    void shouldForgetAllWhenAnOverflowOfTheStackHasEndedTheFirstTry() throws InterruptedException {
        final int overflows = StackOverflows.everywhere(
                12,
                () -> {
                    for (long liobn = 0; liobn < 50; liobn++) {
                        remember(liobn, 0);
                    }
                },
                cache::clear,
                () -> {
                    cache.clear();
                    for (long liobn = 0; liobn < 50; liobn++) {
                        assertFalse(holds(liobn, 0));
                    }
                });
        assertTrue(overflows > 12, "only " + overflows + " overflows");
    }

    @Test
    void shouldSayThatThereIsNoMemory() {
        final OffHeap small = new OffHeap(4096);
        assertThrows(OutOfMemoryError.class, () -> new WindowCache(small));
        assertEquals(0, small.allocatedBytes());
    }
}
