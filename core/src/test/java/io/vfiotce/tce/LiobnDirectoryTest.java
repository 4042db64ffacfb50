package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.support.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables by LIOBN: many, added and removed, found meanwhile. */
class LiobnDirectoryTest {
    private final ChangeCount changes = new ChangeCount();
    private final LiobnDirectory directory = new LiobnDirectory(changes);

    private static TceTable table(final long liobn) {
        return new TceTable(new WindowGeometry(liobn, 12, 0, 1), 12, null);
    }

    private static long liobn(final int i) {
        return 0x8000_0000L + 0x1_0000L * i;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 64, 4096, 65_536})
    void shouldFindEachTableWhenThereAreMany(final int count) {
        final List<TceTable> tables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tables.add(table(liobn(i)));
            assertTrue(directory.add(tables.get(i)));
        }
        assertEquals(count, directory.size());
        for (int i = 0; i < count; i++) {
            assertSame(tables.get(i), directory.find(liobn(i)));
            assertNull(directory.find(liobn(i) + 1));
        }
        for (int i = 0; i < count; i += 2) {
            assertTrue(directory.remove(tables.get(i)));
        }
        for (int i = 0; i < count; i++) {
            assertSame(i % 2 == 0 ? null : tables.get(i), directory.find(liobn(i)));
        }
        tables.removeIf(table -> directory.find(table.liobn()) == null);
        assertEquals(Set.copyOf(tables), Set.copyOf(directory.all()));
        assertEquals(tables.size(), directory.all().size());
    }

    @Test
    void shouldRefuseWhenTheLiobnIsThereOrGone() {
        final TceTable first = table(0);
        assertTrue(directory.add(first));
        assertFalse(directory.add(table(0)));
        assertFalse(directory.remove(table(0)), "another table of the same LIOBN");
        assertSame(first, directory.find(0));
        assertTrue(directory.remove(first));
        assertFalse(directory.remove(first));
        assertNull(directory.find(0));
        assertEquals(0, directory.size());
    }

    @Test
    void shouldUseAll64BitsWhenLiobnsAreWide() {
        final TceTable wide = table(0x1_8000_0000L);
        directory.add(wide);
        assertNull(directory.find(0x8000_0000L));
        assertNull(directory.find(0x2_8000_0000L));
        assertSame(wide, directory.find(0x1_8000_0000L));
    }

    @Test
    void shouldKeepItsSizeWhenTablesComeAndGo() {
        for (int i = 0; i < 100_000; i++) {
            final TceTable table = table(liobn(i));
            assertTrue(directory.add(table));
            assertTrue(directory.remove(table));
        }
        assertTrue(directory.array().length <= 16, "slots: " + directory.array().length);
    }

    @Test
    void shouldCountTheChangeWhenTheArrayIsSwapped() {
        TceTable[] array = directory.array();
        long counted = changes.count();
        int swaps = 0;
        for (int i = 0; i < 1000; i++) {
            directory.add(table(liobn(i)));
            if (directory.array() != array) {
                assertTrue(changes.count() != counted, "swapped but not counted");
                array = directory.array();
                counted = changes.count();
                swaps++;
            }
            assertSame(directory.find(liobn(i)), LiobnDirectory.find(array, LiobnDirectory.hashShift(array), liobn(i)));
        }
        assertTrue(swaps >= 6, "swaps: " + swaps);
    }

    @Test
    void shouldAgreeWithAMapWhenChangedAtRandom() {
        final Random random = new Random(Seeds.seed("LiobnDirectoryTest"));
        final Map<Long, TceTable> model = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            final long liobn = random.nextInt(200) * (random.nextBoolean() ? 1L : 0x1_0000_0000L);
            final TceTable known = model.get(liobn);
            assertSame(known, directory.find(liobn));
            if (known != null && random.nextBoolean()) {
                assertTrue(directory.remove(known));
                model.remove(liobn);
            } else if (known == null) {
                final TceTable table = table(liobn);
                assertTrue(directory.add(table));
                model.put(liobn, table);
            }
            assertEquals(model.size(), directory.size());
        }
    }

    @Test
    void shouldFindWhatStaysWhenOthersComeAndGo() throws InterruptedException {
        final TceTable[] staying = new TceTable[20];
        for (int i = 0; i < staying.length; i++) {
            staying[i] = table(liobn(i));
            directory.add(staying[i]);
        }
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<String> failure = new AtomicReference<>();
        final Thread reader = new Thread(() -> {
            for (long n = 0; !stop.get() && failure.get() == null; n++) {
                final int i = (int) (n % staying.length);
                if (directory.find(liobn(i)) != staying[i]) {
                    failure.set("lost liobn " + i);
                }
                final TceTable other = directory.find(liobn(1000 + (int) (n % 64)));
                if (other != null && other.liobn() != liobn(1000 + (int) (n % 64))) {
                    failure.set("found liobn " + other.liobn());
                }
            }
        });
        reader.start();
        final Random random = new Random(Seeds.seed("LiobnDirectoryTest"));
        for (int i = 0; i < 300_000; i++) {
            final long liobn = liobn(1000 + random.nextInt(64));
            final TceTable known = directory.find(liobn);
            final boolean changed = known == null ? directory.add(table(liobn)) : directory.remove(known);
            assertTrue(changed);
        }
        stop.set(true);
        reader.join();
        assertNull(failure.get());
    }
}
