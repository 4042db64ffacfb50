package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaAccess.READ_WRITE;
import static io.vfiotce.dma.DmaStatus.DETACHED;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.OUTSIDE;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.UNBACKED;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.Ioda1TableGroup;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that are passed through: they see the hardware's tables, as they come and go. */
class DmaHardwareTest {
    private static final long PAGES = 4096;
    private static final long SLOT_BYTES = 1 << 20;
    private static final long WORD = 0x1122_3344_5566_7788L;

    private final PassThroughVm vm = new PassThroughVm(2, PassThroughVm.Entry.REAL, 16).memory(0, SLOT_BYTES);
    private final IommuGroup group = vm.host().groups().get(0);

    @AfterEach
    void close() {
        vm.close();
    }

    private DmaContext open(final boolean hints) {
        return vm.vm().dma().openContext(new DmaConfig("vf").hints(hints), group);
    }

    private void put(final long ioba, final long tce) {
        assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, ioba, tce, 0));
        vm.offline();
    }

    private UnsafeBuffer memory() {
        return new UnsafeBuffer(vm.test().memory().address(), (int) SLOT_BYTES);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReachWhatTheGuestMapsWhenTheGroupIsAttached(final PassThroughVm.Entry entry) {
        try (PassThroughVm other = new PassThroughVm(1, entry, 16).memory(0, SLOT_BYTES)) {
            other.passThrough(16);
            other.window(TestVm.LIOBN, 12, 0, PAGES);
            final IommuGroup of = other.host().groups().get(0);
            try (DmaContext vf = other.vm().dma().openContext("vf", of)) {
                assertEquals(UNMAPPED, vf.load64(0x5008));
                other.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x5000, 0x1_3003, 0);
                assertEquals(OK, vf.store64(0x5008, WORD));
                assertEquals(OK, vf.load64(0x5008));
                assertEquals(WORD, new UnsafeBuffer(other.test().memory().address(), 1 << 20).getLong(0x1_3008));
                other.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x5000, 0, 0);
                assertEquals(UNMAPPED, vf.load64(0x5008));
                assertEquals(OUTSIDE, vf.load64(PAGES << 16));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFollowEveryRemapWhenHintsAreThereOrNot(final boolean hints) {
        vm.passThrough(16);
        vm.window(TestVm.LIOBN, 12, 0, PAGES);
        for (int i = 0; i < SLOT_BYTES; i += 0x1000) {
            memory().putLong(i, i);
        }
        try (DmaContext vf = open(hints)) {
            for (int i = 0; i < 500; i++) {
                final long ioba = (i & 7) << 12;
                final long gpa = (i * 37 & 0xFF) << 12;
                put(ioba, gpa | 1);
                for (int k = 0; k < 2; k++) {
                    assertEquals(OK, vf.load64(ioba));
                    assertEquals(gpa, vf.value());
                    assertEquals(PERMISSION, vf.store64(ioba, 0));
                }
            }
        }
    }

    @Test
    void shouldAllowReadingWhenTheGuestAllowsOnlyWriting() {
        vm.passThrough(16);
        vm.window(TestVm.LIOBN, 12, 0, PAGES);
        put(0, 0x7002);
        try (DmaContext vf = open(true);
                DmaContext emulated = vm.vm().dma().openContext("emulated", TestVm.LIOBN)) {
            assertEquals(OK, vf.load64(0));
            assertEquals(PERMISSION, emulated.load64(0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFollowTheWindowsWhenTheyComeAndGo(final boolean hints) {
        try (DmaContext vf = open(hints)) {
            assertEquals(DETACHED, vf.load64(0));
            vm.passThrough(16);
            assertEquals(DETACHED, vf.load64(0));
            vf.offline();
            vm.window(TestVm.LIOBN, 12, 0, PAGES);
            put(0x5000, 0x1_3003);
            assertEquals(OK, vf.load64(0x5000));
            vf.offline();
            final TceTable second =
                    vm.window(TestVm.LIOBN + 1, 16, Ioda2TableGroup.SECOND_WINDOW_START_BYTES >>> 16, 16);
            assertEquals(
                    H_SUCCESS,
                    vm.vcpu()
                            .hcall(
                                    Hcall.H_PUT_TCE,
                                    TestVm.LIOBN + 1,
                                    second.geometry().startBytes(),
                                    0x2_0003,
                                    0));
            vm.offline();
            memory().putLong(0x2_0010, WORD);
            assertEquals(OK, vf.load64(second.geometry().startBytes() + 0x10));
            assertEquals(WORD, vf.value());
            assertEquals(OK, vf.load64(0x5000));
            // TCE_REMOVE of the second window; the first goes on.
            vm.removeWindow(0, TestVm.LIOBN + 1);
            assertEquals(OUTSIDE, vf.load64(second.geometry().startBytes() + 0x10));
            assertEquals(OK, vf.load64(0x5000));
            vm.removeWindow(0, TestVm.LIOBN);
            assertEquals(DETACHED, vf.load64(0x5000));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReachNothingWhenTheGroupHasLeftItsContainer(final boolean hints) {
        try (DmaContext vf = open(hints);
                DmaContext other = vm.vm()
                        .dma()
                        .openContext(
                                new DmaConfig("other").hints(hints),
                                vm.host().groups().get(1))) {
            vm.passThrough(16);
            vm.window(TestVm.LIOBN, 12, 0, PAGES);
            put(0x5000, 0x1_3003);
            assertEquals(OK, vf.load64(0x5000));
            assertEquals(OK, other.load64(0x5000));
            vm.spaces().get(0).close();
            assertEquals(DETACHED, vf.load64(0x5000));
            assertEquals(OK, other.load64(0x5000));
        }
    }

    @Test
    void shouldBeUnbackedWhenTheMemorySlotIsGone() {
        vm.passThrough(16);
        vm.window(TestVm.LIOBN, 12, 0, PAGES);
        put(0x5000, 0x1_3003);
        try (DmaContext vf = open(true)) {
            assertEquals(OK, vf.load64(0x5000));
            vm.vm().removeMemslot(0);
            assertEquals(UNBACKED, vf.load64(0x5000));
            vm.memory(0, SLOT_BYTES);
            assertEquals(OK, vf.load64(0x5000));
        }
    }

    @Test
    void shouldFindTheSlotByUserAddressWhenTwoSlotsLieInTheOtherOrder() {
        // The later slot has the lower user address.
        vm.memory(1 << 24, SLOT_BYTES, PassThroughVm.UA - (1 << 24));
        vm.passThrough(16);
        vm.window(TestVm.LIOBN, 12, 0, PAGES);
        put(0, (1 << 24) + 0x5000 | 3);
        put(0x1000, 0x5003);
        try (DmaContext vf = open(true);
                DmaContext emulated = vm.vm().dma().openContext("emulated", TestVm.LIOBN)) {
            for (int i = 0; i < 4; i++) {
                final long ioba = (i & 1) << 12;
                assertEquals(OK, vf.translate(ioba, 0x1000, READ_WRITE));
                assertEquals(OK, emulated.translate(ioba, 0x1000, READ_WRITE));
                assertEquals(emulated.address(), vf.address());
            }
            assertEquals(vm.test().memory().address() + 0x5000, vf.address());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "3, true", "4, false", "5, false"})
    void shouldWalkEveryLevelWhenTheTableHasSeveral(final int levels, final boolean hints) {
        final UserProcess process = vm.vm().process();
        final IommuTable table =
                new IommuTable(process, new IommuTableGeometry(12, 1 << 24, 1L << 12 + 3 * levels, levels, 6), false);
        final IommuGroup version1 = new HostIommu().newGroup();
        version1.tableGroup(new Ioda1TableGroup(null, table));
        memory().putLong(0x3008, WORD);
        try (DmaContext vf = vm.vm().dma().openContext(new DmaConfig("vf").hints(hints), version1)) {
            final long entry = (1L << 3 * levels) - 3;
            final long ioba = (1 << 24) + (entry << 12);
            assertEquals(UNMAPPED, vf.load64(ioba + 8));
            assertTrue(table.makeResident(entry, 1));
            assertEquals(UNMAPPED, vf.load64(ioba + 8));
            table.exchange(table.leafAddressAcquire(entry), entry, PassThroughVm.HPA + 0x3000 | 3);
            assertEquals(OK, vf.load64(ioba + 8));
            assertEquals(WORD, vf.value());
            assertEquals(UNMAPPED, vf.load64(ioba + 0x1000));
            table.exchange(table.leafAddressAcquire(entry), entry, PassThroughVm.HPA - 0x1000 | 3);
            assertEquals(UNBACKED, vf.load64(ioba + 8));
        }
        table.put();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFollowTheSlotsWhenNothingElseChanges(final boolean hints) {
        final IommuTable table = new IommuTable(vm.vm().process(), new IommuTableGeometry(12, 0, 1 << 24, 1, 16), true);
        table.exchange(table.leafAddressAcquire(5), 5, PassThroughVm.HPA + 0x3000 | 3);
        final Ioda2TableGroup slots = (Ioda2TableGroup) group.tableGroup();
        try (DmaContext vf = open(hints)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(DETACHED, vf.load64(0x5000));
                slots.setWindow(i & 1, table);
                assertEquals(OK, vf.load64(0x5000));
                slots.unsetWindow(i & 1);
            }
            assertEquals(DETACHED, vf.load64(0x5000));
        }
        table.put();
    }

    @Test
    void shouldNotSeeTheTableWhenItBelongsToAnotherProcess() {
        final UserProcess stranger =
                new UserProcess(new ProcessConfig().hostPageShift(16).hostMemory(new FakeHostMemory(16)));
        final IommuTable table = new IommuTable(stranger, new IommuTableGeometry(12, 0, 1 << 24, 1, 16), true);
        final Ioda2TableGroup slots = (Ioda2TableGroup) group.tableGroup();
        slots.setWindow(0, table);
        try (DmaContext vf = open(true)) {
            assertEquals(DETACHED, vf.translate(0, 1, READ));
        }
        slots.unsetWindow(0);
        table.put();
        stranger.close();
    }
}
