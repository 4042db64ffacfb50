package io.vfiotce.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Differences that are planted between the tables of two paths are found. */
class TableComparisonTest {
    private static final int HOST_PAGE_SHIFT = 12;
    private static final int SIZE = 2000;
    private static final long LIOBN = 0x80000000L;
    private static final WindowGeometry GEOMETRY = new WindowGeometry(LIOBN, 12, 0, SIZE);

    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final Map<Long, TceTable> fast = new TreeMap<>();
    private final Map<Long, TceTable> slow = new TreeMap<>();
    private final Mismatches mismatches = new Mismatches();

    TableComparisonTest() {
        for (final Map<Long, TceTable> path : List.of(fast, slow)) {
            path.put(LIOBN, table(GEOMETRY));
            path.put(LIOBN + 1, table(new WindowGeometry(LIOBN + 1, 16, 0x8000, 100)));
            path.get(LIOBN).fill(3, 700, 0x5003);
            path.get(LIOBN).fill(1999, 1, 0x7001);
            path.get(LIOBN + 1).fill(99, 1, 0x30002);
        }
    }

    private TceTable table(final WindowGeometry geometry) {
        return new TceTable(geometry, HOST_PAGE_SHIFT, offHeap);
    }

    @AfterEach
    void free() {
        fast.values().forEach(TceTable::free);
        slow.values().forEach(TceTable::free);
    }

    private void found(final int count, final String... what) {
        TableComparison.compare(fast, slow, mismatches);
        assertEquals(count, mismatches.count(), mismatches.first().toString());
        for (final String part : what) {
            assertTrue(
                    mismatches.first().get(0).contains(part), mismatches.first().toString());
        }
    }

    @Test
    void shouldCountAllEntriesWhenTablesAgree() {
        assertEquals(SIZE + 100, TableComparison.compare(fast, slow, mismatches));
        assertEquals(0, mismatches.count(), mismatches.first().toString());
    }

    @Test
    void shouldAgreeWhenOnlyOneTableHasPagesOfZeros() {
        slow.get(LIOBN).makeResident(0, SIZE);
        fast.get(LIOBN + 1).fill(99, 1, 0);
        slow.get(LIOBN + 1).fill(99, 1, 0);
        found(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 400, 702, 1999})
    void shouldFindValueWhenItDiffers(final int entry) {
        slow.get(LIOBN).fill(entry, 1, 0x5001);
        final String fastValue = entry == 1999 ? "0x7001" : "0x5003";
        found(1, "liobn=0x80000000", "entry 0x" + Integer.toHexString(entry) + ": fast " + fastValue + ", slow 0x5001");
    }

    // At the ends, beside an entry that both have, in a leaf that only one path has.
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 703, 1200, 1998})
    void shouldFindEntryWhenOnlyOnePathHasIt(final int entry) {
        fast.get(LIOBN).fill(entry, 1, 0x9003);
        found(1, "entry 0x" + Integer.toHexString(entry) + ": fast 0x9003, slow 0x0");
        fast.get(LIOBN).fill(entry, 1, 0);
        slow.get(LIOBN).fill(entry, 1, 0x9002);
        found(2);
        assertTrue(
                mismatches.first().get(1).contains(": fast 0x0, slow 0x9002"),
                mismatches.first().toString());
    }

    @Test
    void shouldCountEveryEntryWhenManyDiffer() {
        slow.get(LIOBN).fill(3, 700, 0);
        found(700, "entry 0x3: fast 0x5003, slow 0x0");
        assertEquals(20, mismatches.first().size());
    }

    @Test
    void shouldFindWindowWhenOnlyTheFastPathHasIt() {
        slow.remove(LIOBN).free();
        assertEquals(100, TableComparison.compare(fast, slow, mismatches));
        assertEquals(1, mismatches.count());
        assertTrue(mismatches.first().get(0).contains("the paths end with different windows"));
    }

    @Test
    void shouldFindWindowWhenOnlyTheSlowPathHasIt() {
        fast.remove(LIOBN + 1).free();
        assertEquals(SIZE, TableComparison.compare(fast, slow, mismatches));
        assertEquals(1, mismatches.count());
        assertTrue(mismatches.first().get(0).contains("the paths end with different windows"));
    }

    @Test
    void shouldFindGeometryWhenItDiffers() {
        for (final WindowGeometry other : new WindowGeometry[] {
            new WindowGeometry(LIOBN, 16, 0, SIZE),
            new WindowGeometry(LIOBN, 12, 1, SIZE),
            new WindowGeometry(LIOBN, 12, 0, SIZE + 1)
        }) {
            slow.put(LIOBN, table(other)).free();
            final long before = mismatches.count();
            TableComparison.compare(fast, slow, mismatches);
            assertEquals(before + 1, mismatches.count(), mismatches.first().toString());
            assertTrue(mismatches.first().get((int) before).contains("the other path has " + other));
        }
    }

    @Test
    void shouldFindSharedWordsWhenBothPathsHaveTheSameTable() {
        slow.put(LIOBN + 1, fast.get(LIOBN + 1)).free();
        found(1, "liobn=0x80000001", "share the word of entry 0x63");
        slow.remove(LIOBN + 1);
    }
}
