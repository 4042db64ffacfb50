package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regions and IOMMU tables of scenarios, and the audit of what is in them. */
class ScenarioHardwareTest {
    private static final long LIOBN = 0x80000000L;
    private static final long UA = 0x1000_0000_0000L;
    private static final TableName FIRST = new TableName(LIOBN, 0);

    private final ScenarioVm vm = new ScenarioVm(12, Handlers.of(HandlerKind.THREAD), new GuestBlocks());
    private final ScenarioHardware hardware = vm.hardware();

    /** A window of 1,024 pages of 64 KiB, from 1 MiB on. */
    private TceTable window() {
        vm.createWindow(new WindowGeometry(LIOBN, 16, 0x10, 0x400));
        return vm.table(LIOBN);
    }

    private IommuTable mappedTable() {
        assertEquals(0, hardware.register(1, UA, 0x10));
        assertEquals(0, hardware.attach(FIRST, window(), 12, 0x4000000, 2));
        final IommuTable table = hardware.tables().get(FIRST);
        for (int entry = 0; entry < 3; entry++) {
            assertEquals(
                    PinnedMappings.Result.MAPPED,
                    PinnedMappings.map(table, hardware.memory(), entry, UA + (entry << 12), Tce.WRITE));
        }
        return table;
    }

    @ParameterizedTest
    @CsvSource({
        "12, 4000000, 1, 0",
        "16, 4000000, 4, 0",
        "16, 2000000, 1, -22",
        "17, 4000000, 1, -22",
        "20, 4000000, 1, -22",
        "12, 4000000, 0, -22",
        "12, 4000000, 6, -22",
        "11, 4000000, 1, -22",
        "12, 8000000000, 1, -12"
    })
    void shouldRefuseAsKernelDoesWhenTableDoesNotFitWindow(
            final int shift, final String bytes, final int levels, final long result) {
        assertEquals(result, hardware.attach(FIRST, window(), shift, Long.parseLong(bytes, 16), levels));
        assertEquals(result == 0 ? 1 : 0, hardware.tables().size());
        assertEquals(result == 0 ? 1 : 0, vm.table(LIOBN).attached().size());
        vm.close();
    }

    @Test
    void shouldRefuseTableWhenWindowWasNotCreated() {
        assertEquals(-9, hardware.attach(FIRST, null, 12, 0x4000000, 1));
        vm.close();
    }

    @Test
    void shouldUpdateNewestTableFirstWhenSeveralAreAttached() {
        final TceTable window = window();
        final TableName second = new TableName(LIOBN, 1);
        assertEquals(0, hardware.attach(FIRST, window, 12, 0x4000000, 1));
        assertEquals(0, hardware.attach(second, window, 12, 0x4000000, 3));
        assertArrayEquals(
                new IommuTable[] {
                    hardware.tables().get(second), hardware.tables().get(FIRST)
                },
                window.attached().liveAcquire());
        vm.close();
    }

    @Test
    void shouldChargeRegionsAndNoTablesWhenScenarioIsSetUp() {
        final long windowPages = 3;
        mappedTable();
        assertEquals(0x10 + windowPages, vm.lockedPages());
        vm.close();
    }

    @Test
    void shouldGiveErrorNumbersWhenRegionCannotBeRegisteredOrDropped() {
        mappedTable();
        assertEquals(-22, hardware.register(2, UA + 0x1000, 1));
        assertEquals(-2, hardware.unregister(2));
        assertEquals(-16, hardware.unregister(1));
        PinnedMappings.unmap(hardware.tables().get(FIRST), hardware.memory(), 0, 3);
        assertEquals(0, hardware.unregister(1));
        assertEquals(-2, hardware.unregister(1));
        assertEquals(0, hardware.regions().size());
        vm.close();
    }

    @Test
    void shouldFindNothingWhenMappingsAreSafe() {
        mappedTable();
        assertEquals(List.of(), SafetyAudit.violations(hardware));
        vm.close();
        assertNull(hardware.memory().regionsAcquire().find(UA));
    }

    @Test
    void shouldFindRegionWhenItsCountIsNotItsEntries() {
        mappedTable();
        final PinnedRegion region = hardware.regions().get(1L);
        hardware.memory().counts().addShared(region.index(), 1);
        assertEquals(
                List.of(new SafetyAudit.Violation("safety of region 1", "3 mappings", "4 mappings")),
                SafetyAudit.violations(hardware));
        // Unsafe hardware must not keep a scenario from ending.
        vm.close();
    }

    @Test
    void shouldFindEntryWhenItReachesOutOfRegisteredMemory() {
        final IommuTable table = mappedTable();
        final long outside = UA + 0x10000;
        table.exchange(table.leafAddressAcquire(5), 5, outside | Tce.READ);
        assertEquals(
                List.of(new SafetyAudit.Violation(
                        "safety of hw 80000000 0 5", "registered memory", Long.toHexString(outside))),
                SafetyAudit.violations(hardware));
        vm.close();
    }

    @Test
    void shouldReportUnsafeHardwareWhenItIsAsRecorded(@TempDir final Path directory) throws IOException {
        final IommuTable table = mappedTable();
        PinnedMappings.unmap(table, hardware.memory(), 0, 2);
        table.exchange(table.leafAddressAcquire(2), 2, UA + 0x10000 | Tce.READ);
        hardware.memory().counts().addShared(hardware.regions().get(1L).index(), -1);
        final Path file = Vectors.write(
                directory,
                List.of(
                        "scenario 0 hostPageShift=12",
                        "hw 80000000 0 2 100000010001 100000010000",
                        "mapped 1 1",
                        "locked 13",
                        "end"));
        final Tally tally = new Tally(0);
        try (VectorFile vectors = VectorFile.open(file)) {
            EndStateCheck.run(vectors.next(), vm, tally);
        }
        assertEquals(1, tally.mismatches());
        assertEquals(
                "scenario 0, line 5: safety of hw 80000000 0 2: expected registered memory, got 100000010000",
                tally.first().toString());
        vm.close();
    }
}
