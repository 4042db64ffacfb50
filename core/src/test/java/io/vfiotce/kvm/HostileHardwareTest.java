package io.vfiotce.kvm;

import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.support.PassThroughVm.HPA;
import static io.vfiotce.support.PassThroughVm.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.papr.HStatus;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile guests on windows with hardware tables. */
class HostileHardwareTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long RAM = 0x10_0000;
    private static final long LIST = 0x9_0000;
    private static final long NOT_REGISTERED = 2 * RAM;
    private static final int CALLS = 40_000;

    private static PassThroughVm open(final Entry entry) {
        final PassThroughVm setup = new PassThroughVm(1, entry, 16).memory(0, RAM);
        setup.passThrough(16);
        return setup.memory(NOT_REGISTERED, RAM);
    }

    @ParameterizedTest(name = "T-08 a list that changes during the call: the hardware gets checked words only [{0}]")
    @EnumSource
    void shouldMapOnlyCheckedWordsWhenTheGuestChangesTheList(final Entry entry) throws InterruptedException {
        try (PassThroughVm setup = open(entry)) {
            final TceTable guest = setup.window(LIOBN, 12, 0, 64);
            setup.makeResident(guest);
            final AtomicBoolean stop = new AtomicBoolean();
            final Thread flipping = new Thread(() -> {
                final long[] words = {0x2_0003, 0, 0x3_0803, NOT_REGISTERED + 3, 0x4_0001, 8 * RAM + 3, 0x2_0003};
                for (int n = 0; !stop.get(); n++) {
                    setup.test().putList(LIST + (n & 3) * 8L, words[n % words.length]);
                }
            });
            flipping.start();
            final IommuTable hardware = setup.hardware(0);
            for (int i = 0; i < CALLS; i++) {
                setup.vcpu().hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, LIST, 1 + (i & 3));
                for (long word = 0; word < 4; word++) {
                    final long tce = hardware.hardwareTceAcquire(word);
                    // The handler's rules round low bits down; the kernel layers never store such a word.
                    assertTrue(
                            tce == 0 || tce == HPA + 0x2_0003 || tce == HPA + 0x4_0001 || tce == HPA + 0x3_0003,
                            () -> "installed 0x" + Long.toHexString(tce));
                    assertEquals(tce == 0 ? 0 : (tce & -4) - HPA + UA, hardware.userAddressAcquire(word));
                }
            }
            stop.set(true);
            flipping.join();
            setup.audit();
        }
    }

    @Test
    @DisplayName("T-23 one of three tables cannot take the page: none is changed, and the handler carries it over")
    void shouldChangeNoTableWhenOneCannotTakeThePage() {
        try (PassThroughVm setup = new PassThroughVm(1, Entry.REAL, 16).memory(0, 0x400_0000)) {
            setup.passThrough(16);
            final TceTable guest = setup.window(LIOBN, 24, 0, 16);
            final IommuTable large =
                    new IommuTable(setup.vm().process(), new IommuTableGeometry(24, 0, 1 << 28, 1, 16), true);
            final IommuTable small =
                    new IommuTable(setup.vm().process(), new IommuTableGeometry(16, 0, 1 << 28, 1, 16), true);
            guest.attached().attach(large);
            guest.attached().attach(small);
            guest.makeResident(0, 16);
            assertEquals(HStatus.H_TOO_HARD, setup.vcpu().realModeOnly(H_PUT_TCE, LIOBN, 0, 3, 0));
            assertEquals(HStatus.H_TOO_HARD, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN, 0, 3, 0));
            assertEquals(-1, small.nextMapped(0));
            assertEquals(-1, setup.hardware(0).nextMapped(0));
            assertEquals(0, setup.vcpu().hcall(H_PUT_TCE, LIOBN, 0, 3, 0));
            assertEquals(256, setup.mapped(0), "in the container");
            assertEquals(-1, small.nextMapped(0));
            assertEquals(-1, large.nextMapped(0));
            setup.offline();
            guest.attached().release(large);
            guest.attached().release(small);
            large.put();
            small.put();
        }
    }

    @ParameterizedTest(name = "T-31 all combinations of errors: the first failing check decides [{0}]")
    @EnumSource
    void shouldEndByTheFirstFailingCheckWhenErrorsAreCombined(final Entry entry) {
        try (PassThroughVm setup = open(entry)) {
            final TceTable guest = setup.window(LIOBN, 12, 0, 64);
            setup.makeResident(guest);
            setup.vcpu().hPutTce(LIOBN, 0x1000, 0x2_0003);
            for (int errors = 0; errors < 256; errors++) {
                final long liobn = (errors & 1) != 0 ? LIOBN + 1 : LIOBN;
                final long ioba = ((errors & 2) != 0 ? 0x1800 : 0x1000) + ((errors & 4) != 0 ? 0x10_0000 : 0);
                final long list = (errors & 8) != 0 ? LIST + 8 : LIST;
                final long count = (errors & 16) != 0 ? 513 : 3;
                setup.test()
                        .putList(
                                LIST,
                                (errors & 32) != 0 ? 0x3_0803 : 0x3_0003,
                                (errors & 64) != 0 ? 8 * RAM + 3 : 0,
                                (errors & 128) != 0 ? NOT_REGISTERED + 3 : 0);
                final int which = errors;
                assertEquals(
                        expected(entry, errors),
                        setup.vcpu().hcall(H_PUT_TCE_INDIRECT, liobn, ioba, list, count),
                        () -> "errors 0b" + Integer.toBinaryString(which));
                setup.audit();
            }
        }
    }

    private static long expected(final Entry entry, final int errors) {
        // Unknown LIOBN, misplaced bus address, bad list address or length: bad everywhere, but that userspace rounds
        // down.
        final int always = 1 | 4 | 8 | 16 | (entry == Entry.USERSPACE ? 0 : 2);
        final boolean refusedWord = entry == Entry.REAL && (errors & 32) != 0;
        return (errors & always) != 0 || refusedWord ? HStatus.H_PARAMETER : HStatus.H_SUCCESS;
    }
}
