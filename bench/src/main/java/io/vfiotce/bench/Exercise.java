package io.vfiotce.bench;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.papr.Hcall;

/** Every hypercall in every layer with every outcome, about as often as a guest makes them. */
final class Exercise {
    private static final int ROUNDS = 8_000;
    private static final int BURST = 64;
    private static final int RARE = 1000;
    private static final int PAGES = Machine.WINDOW_PAGES;
    private static final long ODD_LIST_GPA = Machine.LIST_GPA + Hcall.LIST_PAGE_BYTES;
    private static final long UNKNOWN_LIOBN = 1;
    private static final long RESERVED_BIT = 0x800;

    private final Vcpu vcpu;
    private final MachineConfig config;
    private final long[] liobns;

    /**
     * Says what is called.
     *
     * @param vcpu who calls
     * @param config its machine
     * @param liobns windows, resident
     */
    Exercise(final Vcpu vcpu, final MachineConfig config, final long[] liobns) {
        this.vcpu = vcpu;
        this.config = config;
        this.liobns = liobns.clone();
    }

    /** Writes a list of 512 TCEs, and one that begins with four words to be looked at one by one and ends with two bad ones. */
    static void writeLists(final GuestMemory ram, final MachineConfig config) {
        for (int i = 0; i < PAGES; i++) {
            ram.putBigEndianOpaque(Machine.LIST_GPA + (long) i * Long.BYTES, config.tce(i));
        }
        final long[] odd = {
            config.tce(1),
            0,
            config.tce(-1 + (config.ramBytes() >> config.pageShift())),
            config.tce(2),
            2 * config.ramBytes(),
            config.tce(1) | RESERVED_BIT
        };
        for (int i = 0; i < odd.length; i++) {
            ram.putBigEndianOpaque(ODD_LIST_GPA + (long) i * Long.BYTES, odd[i]);
        }
    }

    void run() {
        for (int i = 0; i < ROUNDS; i++) {
            kernel(i);
        }
        for (int i = 0; i < ROUNDS / RARE; i++) {
            userspace(i);
        }
    }

    private void kernel(final int i) {
        final long ioba = (long) (i % PAGES) << config.pageShift();
        // In bursts, as a guest does: a window that is used once is never remembered.
        final long liobn = liobns[i / BURST % liobns.length];
        vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, (i & 3) == 0 ? 0 : config.tce((i & 1023) * 16L), 0);
        vcpu.hcall(Hcall.H_GET_TCE, liobn, ioba, 0, 0);
        if (i % RARE == 0) {
            // Far more often than a guest makes them, which sends one call in ten thousand the slow way, and yet too
            // rare for the compiler, which counts to a hundred, to take them for usual.
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba + 1, config.tce(1), 0);
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, config.tce(1) | RESERVED_BIT, 0);
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, RESERVED_BIT, 0);
            vcpu.hcall(Hcall.H_GET_TCE, liobn, -1L, 0, 0);
            for (int words = 4; words <= 6; words++) {
                vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, ODD_LIST_GPA, words);
            }
        }
        if (i % 16 == 0) {
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, 0, (i & 32) == 0 ? 0 : RESERVED_BIT, PAGES);
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, ioba, 0, 1 + i % 7);
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, 0, 3, 1);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, Machine.LIST_GPA, PAGES);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, Machine.LIST_GPA, 1 + i % 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, Machine.LIST_GPA + 8, 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, Machine.LIST_GPA, PAGES + 1);
        }
    }

    /** Calls that the kernel layers pass on, for each reason: no such window, no such memory, memory that is not registered. */
    private void userspace(final int i) {
        final long ioba = (long) (i % PAGES) << config.pageShift();
        final long liobn = liobns[i % liobns.length];
        vcpu.hcall(Hcall.H_PUT_TCE, UNKNOWN_LIOBN, ioba, config.tce(1), 0);
        vcpu.hcall(Hcall.H_GET_TCE, UNKNOWN_LIOBN, ioba, 0, 0);
        vcpu.hcall(Hcall.H_STUFF_TCE, UNKNOWN_LIOBN, ioba, 0, 1);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, UNKNOWN_LIOBN, ioba, Machine.LIST_GPA, 1);
        vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, 2 * config.ramBytes() | 3, 0);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, 2 * config.ramBytes(), 2);
        vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, config.ramBytes() | 3, 0);
    }
}
