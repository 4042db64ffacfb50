package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guest view: leaves on demand, residency, fills and stores across leaves, windows of any size. */
class TceTableTest {
    private static final int LEAF = 512;

    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);

    private TceTable small(final long size) {
        return new TceTable(new WindowGeometry(1, 12, 0, size), 12, offHeap);
    }

    private WordPage list(final int words) {
        final WordPage list = offHeap.allocate(4096);
        for (int i = 0; i < words; i++) {
            list.setWordPlain(i, i + 1);
        }
        return list;
    }

    @Test
    void shouldReadZeroAndHoldNoMemoryWhenNothingWasStored() {
        final TceTable table = small(3 * LEAF);
        assertEquals(0, table.tceAcquire(0));
        assertEquals(0, table.tceAcquire(3 * LEAF - 1));
        assertEquals(0, table.leafAddressAcquire(5));
        assertTrue(table.fill(0, 3 * LEAF, 0));
        assertEquals(0, offHeap.allocatedBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "512, 0, true",
        "1024, 0, true",
        "1536, 0, true",
        "513, 0, true",
        "1, 0, false",
        "1025, 0, false",
        "512, 1, true",
        "512, 512, true",
        "512, 513, false",
        "511, 1, false",
        "511, 2, false",
        "1023, 1, true",
        "1023, 2, false",
        "600, 0, true",
        "1535, 0, false"
    })
    void shouldTellResidencyByTouchedLeavesWhenOnlyTheMiddleLeafIsThere(
            final long first, final long count, final boolean resident) {
        final TceTable table = small(3 * LEAF);
        assertTrue(table.makeResident(LEAF, 1));
        assertEquals(LEAF * 8, offHeap.allocatedBytes());
        assertEquals(resident, table.isResident(first, count));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "511, 2", "0, 1536", "1, 1535", "512, 512", "700, 0", "500, 600"})
    void shouldWriteExactlyTheRangeWhenFillingAcrossLeaves(final long first, final long count) {
        final TceTable table = small(3 * LEAF);
        for (final long value : new long[] {0, 0x800, 0x2003}) {
            assertTrue(table.fill(0, 3 * LEAF, 77));
            assertTrue(table.fill(first, count, value));
            for (long e = 0; e < 3 * LEAF; e++) {
                assertEquals(e >= first && e < first + count ? value : 77, table.tceAcquire(e), "entry " + e);
            }
        }
        table.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldLeaveAbsentLeavesAloneWhenFillingResidentOnly() {
        final TceTable table = small(3 * LEAF);
        table.makeResident(LEAF, 1);
        table.fillResidentRelease(0, 3 * LEAF, 9);
        assertEquals(0, table.tceAcquire(LEAF - 1));
        assertEquals(9, table.tceAcquire(LEAF));
        assertEquals(9, table.tceAcquire(2 * LEAF - 1));
        assertEquals(0, table.tceAcquire(2 * LEAF));
        table.storeResidentRelease(LEAF - 3, list(6), 6);
        assertEquals(0, table.tceAcquire(LEAF - 1));
        assertEquals(4, table.tceAcquire(LEAF));
        assertEquals(9, table.tceAcquire(LEAF + 3));
        assertEquals(LEAF * 8 + 4096, offHeap.allocatedBytes());
    }

    @ParameterizedTest
    @CsvSource({"0, 512, 1", "1, 512, 2", "511, 1, 1", "510, 5, 2", "1024, 512, 1", "300, 0, 0"})
    void shouldStoreInOrderWhenAListCrossesLeaves(final long first, final int count, final int leaves) {
        final TceTable table = small(3 * LEAF);
        assertTrue(table.store(first, list(512), count));
        for (long e = 0; e < 3 * LEAF; e++) {
            assertEquals(e >= first && e < first + count ? e - first + 1 : 0, table.tceAcquire(e), "entry " + e);
        }
        assertEquals(4096 + leaves * LEAF * 8L, offHeap.allocatedBytes());
    }

    @Test
    void shouldMakeNoLeafWhenAListHoldsZerosThere() {
        final TceTable table = small(3 * LEAF);
        final WordPage list = offHeap.allocate(4096);
        list.setWordPlain(3, 5);
        assertTrue(table.store(LEAF - 2, list, 8));
        assertEquals(0, table.leafAddressAcquire(0));
        assertEquals(5, table.tceAcquire(LEAF + 1));
    }

    @Test
    void shouldWriteNothingWhenMemoryRunsOut() {
        final OffHeap little = new OffHeap(2 * LEAF * 8);
        final TceTable table = new TceTable(new WindowGeometry(1, 12, 0, 3 * LEAF), 12, little);
        assertTrue(table.fill(0, 1, 5));
        assertFalse(table.fill(0, 3 * LEAF, 0x800));
        assertEquals(5, table.tceAcquire(0));
        assertEquals(0, table.tceAcquire(1));
        assertEquals(2 * LEAF * 8, little.allocatedBytes());
        assertFalse(table.store(2 * LEAF - 1, list(2), 2));
        assertEquals(0, table.tceAcquire(2 * LEAF - 1));
        assertTrue(table.fill(0, 2 * LEAF, 0x800));
    }

    @Test
    void shouldDescribeAHugeWindowInLittleMemoryWhenItIsSparse() {
        final TceTable table = new TceTable(new WindowGeometry(1, 12, 0, 1L << 40), 16, offHeap);
        final long[] entries = {0, 8191, 8192, (1L << 23) - 1, 1L << 23, (1L << 39) + 12345, (1L << 40) - 1};
        for (final long entry : entries) {
            assertEquals(0, table.tceAcquire(entry));
            assertTrue(table.fill(entry, 1, entry + 4));
        }
        for (final long entry : entries) {
            assertEquals(entry + 4, table.tceAcquire(entry));
        }
        assertEquals(6L << 16, offHeap.allocatedBytes());
        assertTrue(table.isResident(0, 16384));
        assertFalse(table.isResident(0, 16385));
        assertEquals(-1, table.firstEntry(1L << 52, 1));
        assertEquals((1L << 40) - 1, table.firstEntry((1L << 52) - 4096, 1));
        for (final long entry : entries) {
            assertEquals(entry, table.nextNonZero(entry));
        }
        assertEquals(entries[1], table.nextNonZero(1));
        assertEquals(entries[2], table.nextNonZero(entries[1] + 1));
        assertEquals(-1, table.nextNonZero(1L << 40));
        table.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldTellWhatCannotBeDescribedWhenAWindowIsTooLarge() {
        assertTrue(TceTable.isRepresentable(new WindowGeometry(1, 12, 0, 1L << 43), 16));
        final WindowGeometry larger = new WindowGeometry(1, 12, 0, (1L << 43) + 1);
        assertTrue(larger.isValid());
        assertFalse(TceTable.isRepresentable(larger, 16));
        assertTrue(TceTable.isRepresentable(new WindowGeometry(1, 12, 0, 1L << 39), 12));
        assertFalse(TceTable.isRepresentable(new WindowGeometry(1, 12, 0, (1L << 39) + 1), 12));
        assertThrows(IllegalArgumentException.class, () -> new TceTable(larger, 16, offHeap));
        assertThrows(IllegalArgumentException.class, () -> new TceTable(new WindowGeometry(1, 11, 0, 1), 16, offHeap));
    }

    @ParameterizedTest
    @CsvSource({"12, 20000", "12, 20000000000", "16, 20000", "16, 8000000000000"})
    void shouldFindPresentLeavesWhenTheyAreFew(final int hostPageShift, final long size) {
        final TceTable table = new TceTable(new WindowGeometry(1, 12, 0, size), hostPageShift, offHeap);
        final long leaf = 1L << (hostPageShift - 3);
        assertEquals(-1, table.nextResident(0));
        final long middle = size / 2 & -leaf;
        table.fill(middle + 5, 1, 3);
        table.fill(size - 1, 1, 3);
        assertEquals(middle, table.nextResident(0));
        assertEquals(middle + 7, table.nextResident(middle + 7));
        assertEquals((size - 1) & -leaf, table.nextResident(middle + leaf));
        assertEquals(size - 1, table.nextResident(size - 1));
        assertEquals(-1, table.nextResident(size));
    }

    @Test
    void shouldCopyOnlyWhatWasAskedForWhenALeafIsCopied() {
        final TceTable table = small(3 * LEAF);
        table.fill(LEAF + 1, 2, 7);
        final long[] words = {9, 9, 9, 9, 9};
        table.copyAcquire(LEAF, words, 3);
        assertArrayEquals(new long[] {0, 7, 7, 9, 9}, words);
        table.copyAcquire(LEAF + 2, words, 2);
        assertArrayEquals(new long[] {7, 0, 7, 9, 9}, words);
    }

    @Test
    void shouldTellGenerationsApartWhenALiobnIsReused() {
        assertNotEquals(small(1).generation(), small(1).generation());
        assertEquals(0xffc, small(1).reservedBits());
        assertEquals(0xfffffc, new TceTable(new WindowGeometry(1, 24, 0, 1), 16, offHeap).reservedBits());
    }
}
