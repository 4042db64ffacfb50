package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static io.vfiotce.support.PassThroughVm.HPA;
import static io.vfiotce.support.PassThroughVm.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The recorded vectors of a device that is passed through: 256 MiB of guest memory, of which the lower half is registered,
 * one window of 1 GiB in 4 KiB pages, one hardware table of the same pages.
 *
 * <p>Each row is run in real mode, in virtual mode and through the handler, and the layer is seen to have ended the call.
 */
class SetupBTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long PAGES = 262_144;
    private static final long HALF = 0x0800_0000;
    private static final long LIST = 0x2_0000;

    private PassThroughVm setup;
    private TceTable guest;
    private IommuTable hardware;
    private Entry entry;

    private void open(final Entry where, final int groups) {
        entry = where;
        setup = new PassThroughVm(groups, where, 16).memory(0, HALF);
        setup.passThrough(16);
        setup.memory(HALF, HALF);
        guest = setup.window(LIOBN, 12, 0, PAGES);
        hardware = setup.hardware(0);
        // One level and guest pages that are there: nothing makes real mode pass a call on but what a row is about.
        setup.makeResident(guest);
    }

    @AfterEach
    void close() {
        setup.audit();
        setup.close();
    }

    private Layer layer() {
        return Layer.valueOf(entry.name());
    }

    private void succeeds(final long opcode, final long ioba, final long r6, final long r7) {
        final long before = setup.vcpu().counters().ended(layer());
        assertEquals(H_SUCCESS, setup.vcpu().hcall(opcode, LIOBN, ioba, r6, r7));
        assertEquals(before + 1, setup.vcpu().counters().ended(layer()), "ended elsewhere");
        setup.audit();
    }

    private void put(final long tce) {
        succeeds(H_PUT_TCE, 0x1000, tce, 0);
    }

    private void assertEntry(final long index, final long hardwareTce, final long userAddress, final long guestTce) {
        assertEquals(hardwareTce, hardware.hardwareTceAcquire(index), "hardware view");
        assertEquals(userAddress, hardware.userAddressAcquire(index), "user-address view");
        assertEquals(guestTce, guest.tceAcquire(index), "guest view");
    }

    private boolean isDirty(final long gpa) {
        return setup.region(gpa).isDirty(UA + gpa);
    }

    @ParameterizedTest(name = "B1 PUT 0x1000 <- 0x2003: all views, counter 2 [{0}]")
    @EnumSource
    void shouldWriteAllViewsWhenAPageIsMapped(final Entry where) {
        open(where, 1);
        put(0x2003);
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        assertEquals(1, setup.mapped(0));
    }

    @ParameterizedTest(name = "B2 PUT 0x1000 <- 0x3001 after B1: counter back to 2, old page dirty [{0}]")
    @EnumSource
    void shouldMarkTheOldPageDirtyWhenAWritablePageIsReplaced(final Entry where) {
        open(where, 1);
        put(0x1_2003);
        assertTrue(isDirty(0x1_0000), "marked when it is mapped");
        put(0x3001);
        assertEntry(1, HPA + 0x3001, UA + 0x3000, 0x3001);
        assertEquals(1, setup.mapped(0));
        assertTrue(isDirty(0x1_0000));
        assertFalse(isDirty(0));
    }

    @ParameterizedTest(name = "B3 PUT 0x1000 <- 0 after B2: nothing mapped, counter 1, no dirty mark [{0}]")
    @EnumSource
    void shouldMarkNothingWhenAReadOnlyPageIsUnmapped(final Entry where) {
        open(where, 1);
        put(0x3001);
        put(0);
        assertEntry(1, 0, 0, 0);
        assertEquals(0, setup.mapped(0));
        assertFalse(isDirty(0));
    }

    @ParameterizedTest(name = "B4, B5 PUT 0x1000 <- 0x4002: stored read+write; unmapped: dirty [{0}]")
    @EnumSource
    void shouldAddAReadPermissionWhenAPageIsWriteOnly(final Entry where) {
        open(where, 1);
        put(0x4002);
        assertEntry(1, HPA + 0x4003, UA + 0x4000, 0x4002);
        put(0);
        assertEntry(1, 0, 0, 0);
        assertTrue(isDirty(0));
    }

    @ParameterizedTest(
            name = "B6 PUT 0x1000 <- unregistered memory: stored by the handler, hardware keeps what it had [{0}]")
    @EnumSource
    void shouldKeepThePreviousMappingWhenMemoryIsNotRegistered(final Entry where) {
        open(where, 1);
        put(0x2003);
        if (where == Entry.REAL) {
            assertEquals(H_TOO_HARD, setup.vcpu().realModeOnly(H_PUT_TCE, LIOBN, 0x1000, HALF + 3, 0));
        }
        assertEquals(H_TOO_HARD, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN, 0x1000, HALF + 3, 0));
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1000, HALF + 3, 0));
        assertEntry(1, HPA + 0x2003, UA + 0x2000, HALF + 3);
        assertEquals(1, setup.mapped(0));
        assertEquals(1, setup.spaces().get(0).failedNotifications());
    }

    @ParameterizedTest(name = "B7 UNREGISTER while B1 is live: EBUSY (deviation), and everything goes on [{0}]")
    @EnumSource
    void shouldRefuseToUnregisterWhenAPageIsMapped(final Entry where) {
        open(where, 1);
        put(0x2003);
        setup.offline();
        final long busy =
                CallForm.result(() -> setup.vm().process().pinnedMemory().put(setup.region(0)));
        assertEquals(-Errno.EBUSY.number(), busy);
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        put(0x5003);
        assertEntry(1, HPA + 0x5003, UA + 0x5000, 0x5003);
    }

    @ParameterizedTest(name = "B8 STUFF 0 over the whole window: counter 1, no user address [{0}]")
    @EnumSource
    void shouldUnmapEverythingWhenTheWholeWindowIsStuffed(final Entry where) {
        open(where, 1);
        final long[] entries = {0, 1, 511, 512, 8191, 8192, PAGES - 1};
        for (final long index : entries) {
            succeeds(H_PUT_TCE, index << 12, index << 12 & 0x7FFF_000 | 3, 0);
        }
        assertEquals(entries.length, setup.mapped(0));
        succeeds(H_STUFF_TCE, 0, 0, PAGES);
        assertEquals(0, setup.mapped(0));
        for (final long index : entries) {
            assertEntry(index, 0, 0, 0);
        }
        assertEquals(-1, hardware.nextMapped(0));
    }

    @ParameterizedTest(
            name = "B9, B10 INDIRECT of 0x2003 and 0: the second word unmaps (deviation), counters exact [{0}]")
    @EnumSource
    void shouldUnmapWhenAListWordHasNoPermission(final Entry where) {
        open(where, 1);
        setup.test().putList(LIST, 0x2003, 0);
        succeeds(H_PUT_TCE_INDIRECT, 0x1000, LIST, 2);
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        assertEntry(2, 0, 0, 0);
        assertEquals(1, setup.mapped(0));
        succeeds(H_PUT_TCE, 0x2000, 0x3003, 0);
        assertEquals(2, setup.mapped(0));
        succeeds(H_PUT_TCE_INDIRECT, 0x1000, LIST, 2);
        assertEntry(2, 0, 0, 0);
        assertEquals(1, setup.mapped(0));
        succeeds(H_STUFF_TCE, 0x2000, 0, 1);
        assertEquals(1, setup.mapped(0));
        succeeds(H_STUFF_TCE, 0x1000, 0, 1);
        assertEquals(0, setup.mapped(0));
    }

    @ParameterizedTest(
            name = "B9 a word without permissions and with other bits is stored in the guest view only [{0}]")
    @EnumSource
    void shouldStorePoisonInTheGuestViewOnlyWhenAPageIsUnmapped(final Entry where) {
        open(where, 1);
        put(0x2003);
        put(0x7800);
        assertEntry(1, 0, 0, 0x7800);
        setup.test().putList(LIST, 0x2003, 0x9804);
        succeeds(H_PUT_TCE_INDIRECT, 0x1000, LIST, 2);
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        assertEntry(2, 0, 0, 0x9804);
        succeeds(H_STUFF_TCE, 0x1000, 0x40, 2);
        assertEntry(1, 0, 0, 0x40);
        assertEquals(0, setup.mapped(0));
    }

    @ParameterizedTest(name = "B11 a second table attached later is updated too, and first [{0}]")
    @EnumSource
    void shouldUpdateTheNewestTableFirstWhenTwoAreAttached(final Entry where) {
        open(where, 2);
        put(0x2003);
        assertEntry(1, HPA + 0x2003, UA + 0x2000, 0x2003);
        assertEquals(HPA + 0x2003, setup.hardware(1).hardwareTceAcquire(1));
        assertEquals(UA + 0x2000, setup.hardware(1).userAddressAcquire(1));
        assertEquals(2, setup.mapped(0));
        assertSame(setup.hardware(1), guest.attached().liveAcquire()[0]);
        put(0x3002);
        assertEquals(HPA + 0x3003, setup.hardware(1).hardwareTceAcquire(1));
        assertEquals(2, setup.mapped(0));
        put(0);
        assertEquals(0, setup.mapped(0));
    }

    @ParameterizedTest(name = "B11 the newest table''s listener is told first [{0}]")
    @EnumSource(names = {"REAL", "VIRTUAL"})
    void shouldTellTheNewestTableFirstWhenTwoAreAttached(final Entry where) {
        open(where, 2);
        final List<String> told = new ArrayList<>();
        for (int group = 0; group < 2; group++) {
            final int number = group;
            ((Ioda2TableGroup) setup.host().groups().get(group).tableGroup())
                    .table(0)
                    .addInvalidation((bus, pages, shift) -> told.add(number + ":" + bus + "+" + pages));
        }
        assertEquals(H_SUCCESS, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0x1000, 0x2003, 0));
        assertEquals(List.of("1:4096+1", "0:4096+1"), told);
    }
}
