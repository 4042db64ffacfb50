package io.vfiotce.hcall;

import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.telemetry.HcallCounters;

/**
 * What the layers of one vCPU share: where tables and guest memory are found, a private list page, counters, r4.
 *
 * @threads the vCPU's own
 */
final class VcpuState {
    final LiobnDirectory tables;
    final GuestAddressSpace guestMemory;
    final HcallCounters counters;
    final WordPage list;

    /** Result register of H_GET_TCE. */
    long r4;

    private final OffHeap offHeap;

    VcpuState(
            final LiobnDirectory tables,
            final GuestAddressSpace guestMemory,
            final HcallCounters counters,
            final OffHeap offHeap) {
        this.tables = tables;
        this.guestMemory = guestMemory;
        this.counters = counters;
        this.offHeap = offHeap;
        list = offHeap.allocate(Hcall.LIST_PAGE_BYTES);
        if (list == null) {
            throw new OutOfMemoryError("no off-heap memory for the list page of a vCPU");
        }
    }

    /** Counts a call that a layer cannot end, and returns the status that says so. */
    long tooHard(final int layer, final int reason) {
        counters.passedOn(layer, reason);
        return HStatus.H_TOO_HARD;
    }

    void free() {
        offHeap.free(list);
        counters.free();
    }
}
