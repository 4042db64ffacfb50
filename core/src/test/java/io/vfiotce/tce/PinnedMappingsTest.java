package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.tce.PinnedMappings.Result;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mapping registered memory: what is refused, which region counts, which pages become dirty. */
class PinnedMappingsTest {
    private static final long PAGE = 1L << 16;
    private static final long UA = 1L << 24;
    private static final long OTHER_UA = 1L << 26;
    private static final long READ = 1;
    private static final long WRITE = 2;

    private final FakeHostMemory host = new FakeHostMemory(16);
    private final UserProcess process =
            new UserProcess(new ProcessConfig().hostMemory(host).offHeapLimitBytes(1 << 20));
    private final PinnedMemory memory = process.pinnedMemory();
    private final PinnedRegion region = memory.register(UA, 4);
    private final PinnedRegion other = memory.register(OTHER_UA, 4);
    private final IommuTable table = new IommuTable(process, new IommuTableGeometry(16, 0, 1L << 22, 2, 6), true);

    @AfterEach
    void shouldHaveFreedEverything() {
        PinnedMappings.unmap(table, memory, 0, table.sizePages());
        table.put();
        for (final PinnedRegion left : memory.regionsAcquire().regions()) {
            memory.put(left);
        }
        process.reclaimer().reclaim();
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
        assertEquals(0, host.pins());
        assertEquals(0, process.lockedMemory().lockedPages());
    }

    private Result map(final long entry, final long ua, final long permissions) {
        return PinnedMappings.map(table, memory, entry, ua, permissions);
    }

    private void unmap(final long entry, final long count) {
        PinnedMappings.unmap(table, memory, entry, count);
    }

    private long mapped(final PinnedRegion which) {
        return memory.counts().sum(which.index());
    }

    @Test
    void shouldFillBothViewsAndCountWhenMapping() {
        assertEquals(Result.MAPPED, map(9, UA + PAGE, READ));
        assertEquals(UA + PAGE + FakeHostMemory.OFFSET | READ, table.hardwareTceAcquire(9));
        assertEquals(UA + PAGE, table.userAddressAcquire(9));
        assertEquals(1, mapped(region));
        assertEquals(Result.MAPPED, map(10, UA, WRITE));
        assertEquals(UA + FakeHostMemory.OFFSET | READ | WRITE, table.hardwareTceAcquire(10));
        assertEquals(2, mapped(region));
        unmap(9, 1);
        assertEquals(0, table.hardwareTceAcquire(9));
        assertEquals(0, table.userAddressAcquire(9));
        assertEquals(1, mapped(region));
        unmap(9, 1);
        assertEquals(1, mapped(region), "what is not mapped does not count");
    }

    @Test
    void shouldMoveTheCountWhenAnotherRegionIsMappedOver() {
        map(3, UA, WRITE);
        map(3, OTHER_UA, READ);
        assertEquals(0, mapped(region));
        assertEquals(1, mapped(other));
        map(3, OTHER_UA + PAGE, READ);
        assertEquals(1, mapped(other));
    }

    @Test
    void shouldMarkDirtyWhenAPageIsMappedForWriting() {
        map(0, UA, READ);
        map(1, UA + PAGE, WRITE);
        map(2, UA + 2 * PAGE, READ | WRITE);
        assertTrue(region.isDirty(UA + PAGE));
        map(1, OTHER_UA, READ);
        unmap(0, 3);
        assertFalse(region.isDirty(UA));
        assertTrue(region.isDirty(UA + PAGE));
        assertTrue(region.isDirty(UA + 2 * PAGE));
        assertFalse(region.isDirty(UA + 3 * PAGE));
        assertFalse(other.isDirty(OTHER_UA));
    }

    @ParameterizedTest(name = "§4.11 mm_iommu_lookup, mm_iommu_ua_to_hpa: ua {0} → {1}")
    @CsvSource({
        "0x1000000, MAPPED",
        "0x1030000, MAPPED",
        "0x1040000, NO_REGION",
        "0xff0000, NO_REGION",
        "0, NO_REGION",
        "0x1038000, NO_REGION"
    })
    void shouldMapOnlyWhatARegionHolds(final String ua, final Result result) {
        assertEquals(result, map(5, Long.decode(ua), READ));
        assertEquals(result == Result.MAPPED ? 1 : 0, mapped(region));
        assertEquals(result == Result.MAPPED, table.nextMapped(0) == 5);
    }

    @Test
    void shouldMapNothingWhenTheAddressWraps() {
        assertEquals(Result.NO_REGION, map(5, -PAGE, READ));
        assertEquals(Result.NO_REGION, map(5, -1, READ));
    }

    @Test
    void shouldRefuseWhenTheRegionsPagesAreSmaller() {
        final IommuTable huge = new IommuTable(process, new IommuTableGeometry(17, 0, 1L << 22, 1, 6), true);
        assertEquals(Result.PAGE_TOO_SMALL, PinnedMappings.map(huge, memory, 0, UA, READ));
        assertEquals(0, mapped(region));
        huge.put();
    }

    @Test
    void shouldMapOverWhatIsThereButMakeNothingWhenMemoryIsShort() {
        map(0, UA, READ);
        final long room = (1 << 20) - process.offHeap().allocatedBytes();
        final long hog = process.offHeap().allocateAddress(room);
        assertEquals(Result.NO_MEMORY, map(8, UA, READ));
        assertEquals(1, mapped(region));
        assertEquals(Result.MAPPED, map(1, UA, READ));
        assertEquals(2, mapped(region));
        process.offHeap().freeAddress(hog, room);
    }

    @Test
    void shouldMapNothingWhenTheRegionIsAnOrphan() {
        map(0, UA, READ);
        memory.release(region);
        assertEquals(Result.NO_REGION, map(1, UA, READ));
        assertEquals(1, mapped(region));
        unmap(0, 1);
        assertEquals(List.of(other), memory.regionsAcquire().regions(), "its last mapping takes it along");
        assertEquals(4, host.pins());
    }

    @Test
    void shouldKeepTheRegionWhenAnEntryPointsIntoIt() {
        map(0, UA, READ);
        assertThrows(LinuxException.class, () -> memory.put(region));
        assertEquals(Result.MAPPED, map(1, UA, READ), "open again");
        unmap(0, 2);
        memory.put(region);
        assertEquals(Result.NO_REGION, map(0, UA, READ));
    }

    @Test
    void shouldKeepNoUserAddressWhenTheTableHasNoSuchView() {
        final IommuTable plain = new IommuTable(process, new IommuTableGeometry(16, 0, 1L << 22, 2, 6), false);
        assertEquals(Result.MAPPED, PinnedMappings.map(plain, memory, 63, UA, READ));
        assertEquals(0, plain.userAddressAcquire(63));
        PinnedMappings.unmap(plain, memory, 0, 64);
        assertEquals(0, mapped(region));
        plain.put();
    }
}
