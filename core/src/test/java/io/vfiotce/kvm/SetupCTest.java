package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static io.vfiotce.support.PassThroughVm.HPA;
import static io.vfiotce.support.PassThroughVm.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recorded vectors of hardware pages that are smaller than the guest's, and of ones that are too large for the memory. */
class SetupCTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long LIST = 0x9_0000;
    private static final long OFFSET_PAGES = 3;

    private static PassThroughVm open(final Entry entry, final long offsetPages) {
        final PassThroughVm setup = new PassThroughVm(1, entry, 16).memory(0, 0x10_0000);
        setup.passThrough(12);
        final TceTable guest = setup.window(LIOBN, 16, offsetPages, 64);
        assertEquals(12, setup.hardware(0).pageShift());
        setup.makeResident(guest);
        return setup;
    }

    private static void assertPage(final PassThroughVm setup, final long page, final long gpa, final long bits) {
        final IommuTable hardware = setup.hardware(0);
        for (long i = 0; i < 16; i++) {
            final long at = gpa + (i << 12);
            assertEquals(bits == 0 ? 0 : HPA + at + bits, hardware.hardwareTceAcquire((page << 4) + i));
            assertEquals(bits == 0 ? 0 : UA + at, hardware.userAddressAcquire((page << 4) + i));
        }
    }

    @ParameterizedTest(name = "C PUT 0x10000 <- 0x20003 maps hardware entries 16 to 31, counter +16 [{0}]")
    @EnumSource
    void shouldMapEverySubpageWhenHardwarePagesAreSmaller(final Entry entry) {
        try (PassThroughVm setup = open(entry, 0)) {
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1_0000, 0x2_0003, 0));
            assertPage(setup, 1, 0x2_0000, 3);
            assertEquals(16, setup.mapped(0));
            assertEquals(16, setup.hardware(0).nextMapped(0));
            assertEquals(-1, setup.hardware(0).nextMapped(32));
            setup.audit();
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1_0000, 0x3_0002, 0));
            assertPage(setup, 1, 0x3_0000, 3);
            assertEquals(16, setup.mapped(0));
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1_0000, 0, 0));
            assertEquals(0, setup.mapped(0));
            assertEquals(-1, setup.hardware(0).nextMapped(0));
        }
    }

    @ParameterizedTest(name = "C INDIRECT and STUFF scale by 16 as well [{0}]")
    @EnumSource
    void shouldScaleRangesWhenHardwarePagesAreSmaller(final Entry entry) {
        try (PassThroughVm setup = open(entry, 0)) {
            setup.test().putList(LIST, 0x4_0003, 0, 0x1_0001);
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE_INDIRECT, LIOBN, 0x5_0000, LIST, 3));
            assertPage(setup, 5, 0x4_0000, 3);
            assertPage(setup, 6, 0, 0);
            assertPage(setup, 7, 0x1_0000, 1);
            assertEquals(32, setup.mapped(0));
            setup.audit();
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_STUFF_TCE, LIOBN, 0x4_0000, 0, 3));
            assertPage(setup, 5, 0, 0);
            assertPage(setup, 7, 0x1_0000, 1);
            assertEquals(16, setup.mapped(0));
        }
    }

    @ParameterizedTest(name = "C the range that listeners are told is 16 entries [{0}]")
    @EnumSource(names = {"REAL", "VIRTUAL"})
    void shouldTellListenersOfAllSubpagesWhenHardwarePagesAreSmaller(final Entry entry) {
        final StringBuilder told = new StringBuilder();
        try (PassThroughVm setup = open(entry, 0)) {
            setup.hardware(0)
                    .addInvalidation((bus, pages, shift) -> told.append("0x")
                            .append(Long.toHexString(bus))
                            .append('+')
                            .append(pages)
                            .append('@')
                            .append(shift)
                            .append(' '));
            setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1_0000, 0x2_0003, 0);
            setup.vcpu().hcall(H_STUFF_TCE, LIOBN, 0x2_0000, 0, 2);
            // Of the whole table it is told when no older call can run any more.
            assertEquals("0x10000+16@12 0x20000+32@12 ", told.toString());
        }
        assertEquals("0x10000+16@12 0x20000+32@12 0x0+8192@12 ", told.toString());
    }

    @ParameterizedTest(name = "T-12 window at 2^59: subpages scale from its start, nothing is touched elsewhere [{0}]")
    @EnumSource
    void shouldStayInTheTableWhenTheWindowHasAnOffset(final Entry entry) {
        try (PassThroughVm setup = new PassThroughVm(1, entry, 16).memory(0, 0x10_0000)) {
            setup.passThrough(12);
            setup.window(LIOBN + 1, 16, 0, 64);
            final TceTable guest = setup.window(LIOBN, 16, 1L << 43, 64);
            final IommuTable hardware = setup.hardware(0, 1);
            guest.makeResident(0, 64);
            hardware.makeResident(0, hardware.sizePages());
            final long ioba = (1L << 59) + 0x3_0000;
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, ioba, 0x2_0003, 0));
            assertEquals(48, hardware.nextMapped(0));
            assertEquals(HPA + 0x2_F003, hardware.hardwareTceAcquire(63));
            assertEquals(-1, hardware.nextMapped(64));
            setup.audit();
            assertEquals(H_SUCCESS, setup.vcpu().hcall(H_STUFF_TCE, LIOBN, ioba, 0, 1));
            assertEquals(-1, hardware.nextMapped(0));
            assertEquals(-1, setup.hardware(0, 0).nextMapped(0));
        }
    }

    @ParameterizedTest(name = "C2 a region of 64 KiB pages and a table of 16 MiB ones: every map is passed on [{0}]")
    @EnumSource(names = {"REAL", "VIRTUAL"})
    void shouldPassEveryMapOnWhenTheRegionsPagesAreTooSmall(final Entry entry) {
        try (PassThroughVm setup = new PassThroughVm(1, entry, 16).memory(0, 0x400_0000)) {
            setup.passThrough(16);
            final TceTable guest = setup.bareWindow(LIOBN, 24, 0, 16).table();
            final IommuTable large =
                    new IommuTable(setup.vm().process(), new IommuTableGeometry(24, 0, 1L << 28, 1, 16), true);
            guest.makeResident(0, 16);
            large.makeResident(0, 16);
            guest.attached().attach(large);
            if (entry == Entry.REAL) {
                assertEquals(H_TOO_HARD, setup.vcpu().realModeOnly(H_PUT_TCE, LIOBN, 0, 0x100_0003, 0));
            }
            assertEquals(H_TOO_HARD, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN, 0, 0x100_0003, 0));
            setup.test().putList(LIST, 0x100_0003);
            assertEquals(H_TOO_HARD, setup.vcpu().virtualModeOnly(H_PUT_TCE_INDIRECT, LIOBN, 0, LIST, 1));
            assertEquals(-1, large.nextMapped(0));
            assertEquals(0, setup.mapped(0));
            // Unmapping needs no region.
            assertEquals(H_SUCCESS, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN, 0, 0, 0));
            setup.offline();
            guest.attached().release(large);
            large.put();
        }
    }

    @ParameterizedTest(name = "C a window that starts elsewhere than the container''s is refused [{0}]")
    @EnumSource(names = "REAL")
    void shouldRefuseAWindowWhenItStartsElsewhere(final Entry entry) {
        try (PassThroughVm setup = new PassThroughVm(1, entry, 16).memory(0, 0x10_0000)) {
            setup.passThrough(12);
            assertEquals(-22, CallForm.result(() -> setup.window(LIOBN, 16, OFFSET_PAGES, 64)));
            assertEquals(null, setup.hardware(0));
        }
    }
}
