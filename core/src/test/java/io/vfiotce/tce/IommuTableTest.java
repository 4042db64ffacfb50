package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.memory.Words;
import io.vfiotce.support.Seeds;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of every number of levels against a plain map, their memory, and their references. */
class IommuTableTest {
    /** Blocks of 8 words, smaller than any host has, so that five levels are a small table. */
    private static final int TINY_PAGE_SHIFT = 6;

    private static final long HPA_OFFSET = 3 * HostMemory.LARGEST_PAGE_BYTES;

    private final UserProcess process =
            new UserProcess(new ProcessConfig().hostPageShift(12).hostMemory(HostMemory.flat(HPA_OFFSET)));
    private final long emptyBytes = process.offHeap().allocatedBytes();

    @AfterEach
    void shouldHaveFreedEverything() {
        process.reclaimer().reclaim();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
    }

    private static IommuTableGeometry tiny(final int levels, final long startBytes) {
        return new IommuTableGeometry(12, startBytes, 1L << (12 + 3 * levels), levels, TINY_PAGE_SHIFT);
    }

    private static boolean put(final IommuTable table, final long entry, final long tce) {
        if (!table.makeResident(entry, 1)) {
            return false;
        }
        table.exchange(table.leafAddressAcquire(entry), entry, tce);
        return true;
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "3, true", "4, true", "5, true", "1, false", "3, false", "5, false"})
    void shouldBehaveLikeAMapWhenUsedAtRandom(final int levels, final boolean userView) {
        final SplittableRandom random = new SplittableRandom(Seeds.seed("IommuTableTest"));
        final IommuTable table = new IommuTable(process, tiny(levels, 0), userView);
        final long size = table.sizePages();
        assertEquals(1L << 3 * levels, size);
        final TreeMap<Long, Long> expected = new TreeMap<>();
        final long centre = random.nextLong(size);
        for (int step = 0; step < 30_000; step++) {
            final boolean near = random.nextInt(4) != 0;
            final long entry = near ? (centre + random.nextLong(20)) % size : random.nextLong(size);
            final long tce = random.nextLong(1, 1 << 20) << 12 | 1 + random.nextInt(3);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    assertTrue(put(table, entry, tce));
                    expected.put(entry, tce | (tce & 2) >>> 1);
                }
                case 2 -> {
                    final long leaf = table.leafAddressAcquire(entry);
                    final Long old = expected.remove(entry);
                    assertTrue(leaf != 0 || old == null);
                    if (leaf != 0) {
                        assertEquals(old == null ? 0 : old, table.exchange(leaf, entry, 0));
                    }
                }
                case 3 -> {
                    final Map.Entry<Long, Long> next = expected.ceilingEntry(entry);
                    assertEquals(next == null ? -1 : next.getKey(), table.nextMapped(entry));
                }
                default -> {
                    final Long word = expected.get(entry);
                    assertEquals(word == null ? 0 : word, table.hardwareTceAcquire(entry));
                    assertEquals(
                            word == null || !userView ? 0 : (word & -4) - HPA_OFFSET, table.userAddressAcquire(entry));
                }
            }
            checkAbsent(table, expected, entry);
        }
        table.put();
    }

    /** An absent leaf is passed over, but never a mapped entry, and a range is resident leaf by leaf. */
    private static void checkAbsent(final IommuTable table, final TreeMap<Long, Long> expected, final long entry) {
        if (table.leafAddressAcquire(entry) == 0) {
            final long after = table.afterAbsent(entry);
            assertTrue(after > entry && after >= table.nextLeaf(entry));
            final Long next = expected.ceilingKey(entry);
            assertTrue(next == null || next >= after, "mapped entry " + next + " was passed over");
            assertFalse(table.isResident(entry, 1));
        } else {
            assertTrue(table.isResident(entry, table.nextLeaf(entry) - entry));
            assertEquals(entry, table.afterAbsent(entry));
        }
        assertTrue(table.isResident(entry, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void shouldTakeMemoryForTheFirstLevelOnlyWhenCreatedAndReadAndCleared(final int levels) {
        final IommuTable table = new IommuTable(process, tiny(levels, 0), false);
        final long afterFirst = process.offHeap().allocatedBytes();
        assertEquals(emptyBytes + 64, afterFirst);
        for (long entry = 0; entry < table.sizePages(); entry += 5) {
            assertEquals(0, table.hardwareTceAcquire(entry));
            assertEquals(0, table.userAddressAcquire(entry));
        }
        PinnedMappings.unmap(table, process.pinnedMemory(), 0, table.sizePages());
        assertEquals(-1, table.nextMapped(0));
        assertEquals(afterFirst, process.offHeap().allocatedBytes());
        assertTrue(table.makeResident(table.sizePages() - 1, 1));
        assertEquals(emptyBytes + 64L * levels, process.offHeap().allocatedBytes());
        assertTrue(table.makeResident(table.sizePages() - 1, 1));
        assertEquals(emptyBytes + 64L * levels, process.offHeap().allocatedBytes());
        table.put();
    }

    @Test
    void shouldAddReadToWriteAndStoreBigEndianWhenExchanging() {
        final IommuTable table = new IommuTable(process, tiny(2, 0), true);
        assertTrue(table.makeResident(9, 1));
        final long leaf = table.leafAddressAcquire(9);
        assertEquals(0, table.exchange(leaf, 9, 0x5002));
        assertEquals(0x5003, table.hardwareTceAcquire(9));
        assertEquals(0x5003, Words.bigEndian(Words.wordAcquire(leaf, table.leafIndex(9))));
        assertEquals(0x5003, table.exchange(leaf, 9, 0x7001));
        assertEquals(0x7001, table.exchange(leaf, 9, 0x8000));
        assertEquals(-1, table.nextMapped(0), "no permission, not mapped");
        assertEquals(0, table.userAddressAcquire(9), "no permission, no user address");
        assertEquals(0, table.hardwareTceAcquire(8));
        table.put();
    }

    @ParameterizedTest
    @CsvSource({"0", "0x800000000000000", "0x7fffffffffff8000", "0xffffffffffff8000"})
    void shouldFindTheEntryOfAnAddressWhenTheWindowStartsAnywhere(final String start) {
        final long startBytes = Long.parseUnsignedLong(start.replace("0x", ""), 16);
        final IommuTable table = new IommuTable(process, tiny(1, startBytes), false);
        assertEquals(0, table.entry(startBytes));
        assertEquals(0, table.entry(startBytes + 4095));
        assertEquals(7, table.entry(startBytes + 0x7fff));
        assertEquals(-1, table.entry(startBytes - 1));
        assertEquals(-1, table.entry(startBytes + 0x8000));
        assertEquals(-1, table.entry(startBytes ^ Long.MIN_VALUE));
        table.put();
    }

    @Test
    void shouldVisitAllocatedLevelsOnlyWhenAHugeTableIsSparse() {
        // 2^36 entries and more in four levels of 4 KiB blocks: nothing that walks every entry or leaf would end.
        final IommuTableGeometry geometry = new IommuTableGeometry(12, 0, 1L << 48, 4, 12);
        final IommuTable table = new IommuTable(process, geometry, true);
        final long size = table.sizePages();
        assertEquals(1L << 36, size);
        final long[] mapped = {3, size / 2 + 511, size - 1};
        for (final long entry : mapped) {
            assertTrue(put(table, entry, 0x1001));
        }
        // Three paths of two middle levels and a leaf, below one root.
        assertEquals(emptyBytes + 4096 + 3 * 3 * 4096, process.offHeap().allocatedBytes());
        final TreeMap<Long, Long> found = new TreeMap<>();
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            found.put(entry, table.hardwareTceAcquire(entry));
        }
        assertEquals(Map.of(mapped[0], 0x1001L, mapped[1], 0x1001L, mapped[2], 0x1001L), found);
        assertEquals(3, leavesVisited(table));
        table.put();
    }

    /** How many leaves a walk of all entries meets, and that it takes few steps between them. */
    private static int leavesVisited(final IommuTable table) {
        int leaves = 0;
        int steps = 0;
        long entry = 0;
        while (entry < table.sizePages()) {
            steps++;
            if (table.leafAddressAcquire(entry) == 0) {
                entry = table.afterAbsent(entry);
            } else {
                leaves++;
                entry = table.nextLeaf(entry);
            }
        }
        // At most one step for each word of each allocated block.
        assertTrue(steps <= 7 * 512, "steps: " + steps);
        return leaves;
    }

    @Test
    void shouldStayUsableAndLeakNothingWhenMemoryRunsOut() {
        final UserProcess poor =
                new UserProcess(new ProcessConfig().hostPageShift(12).offHeapLimitBytes(emptyBytes + 64 + 2 * 64));
        assertEquals(emptyBytes, poor.offHeap().allocatedBytes());
        final IommuTable table = new IommuTable(poor, tiny(4, 0), false);
        assertFalse(table.makeResident(0, 1));
        assertEquals(0, table.leafAddressAcquire(0));
        assertEquals(0, table.hardwareTceAcquire(0));
        assertThrows(OutOfMemoryError.class, () -> new IommuTable(poor, tiny(1, 0), false));
        assertEquals(emptyBytes + 64 + 2 * 64, poor.offHeap().allocatedBytes());
        table.put();
        poor.reclaimer().reclaim();
        assertEquals(emptyBytes, poor.offHeap().allocatedBytes());
        poor.close();
    }

    @Test
    void shouldRefuseAndTakeNothingWhenTheShapeIsImpossible() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new IommuTable(process, new IommuTableGeometry(12, 0, 3, 1, 12), true));
        assertThrows(
                OutOfMemoryError.class,
                () -> new IommuTable(process, new IommuTableGeometry(12, 0, 1L << 34, 1, 12), true));
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldFreeAfterAGracePeriodWhenTheLastReferenceIsGiven() {
        final QuiescentReader vcpu = process.quiescence().register("vcpu 0");
        vcpu.online();
        final IommuTable table = new IommuTable(process, tiny(3, 0), true);
        assertTrue(put(table, 100, 0x1001));
        final long full = process.offHeap().allocatedBytes();
        assertTrue(table.get());
        table.put();
        process.reclaimer().reclaim();
        assertEquals(1, table.references());
        table.put();
        process.reclaimer().reclaim();
        assertEquals(full, process.offHeap().allocatedBytes());
        assertEquals(0x1001, table.hardwareTceAcquire(100), "a call that runs may still look");
        assertFalse(table.get());
        assertThrows(IllegalStateException.class, table::put);
        assertEquals(0, table.references());
        vcpu.close();
    }
}
