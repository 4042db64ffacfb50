package io.vfiotce.hcall;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;
import io.vfiotce.telemetry.HcallStatistics;

/**
 * What one vCPU knows: its own copies of the shared references, so that a hypercall follows few of them, a private list
 * page, counters, r4.
 *
 * <p>The copies are renewed at the start of a call when {@link ChangeCount} has moved; a call uses them throughout. That is
 * also when the vCPU announces that it is done with the calls before: every grace period begins with a count.
 *
 * @threads the vCPU's own
 */
abstract class VcpuState {
    private static final long UNKNOWN = -1;

    final HcallCounters counters;
    final WordPage list;
    final long counterAddress;
    private final QuiescentReader reader;

    private final LiobnDirectory tables;
    private final GuestAddressSpace guestMemory;
    private final EnabledHcalls enabled;
    private final ChangeCount changes;
    private final OffHeap offHeap;

    // Copies of this moment, and the slot of guest memory that was hit last.
    private long seenChanges = UNKNOWN;
    private long seenIfGet = UNKNOWN;
    private long seenIfPut = UNKNOWN;
    private long seenIfStuff = UNKNOWN;
    private long seenIfIndirect = UNKNOWN;
    private int mask;
    private TceTable[] tableArray;
    private int tableHashShift;
    private Memslots memslots;
    private long slotFirstUnit;
    private long slotLastUnit = -1;

    private long r4;

    VcpuState(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        tables = environment.tables();
        guestMemory = environment.guestMemory();
        enabled = environment.enabled();
        changes = environment.changes();
        offHeap = environment.offHeap();
        this.reader = reader;
        this.counters = counters;
        counterAddress = counters.address();
        list = offHeap.allocateOrThrow(Hcall.LIST_PAGE_BYTES, "the list page of a vCPU");
    }

    /** The vCPU as a reader of shared state. */
    final QuiescentReader reader() {
        return reader;
    }

    /** Whether the copies are current; never while {@link #forget} is the last thing that happened to them. */
    final boolean isCurrent() {
        return changes.count() == seenChanges;
    }

    /** Whether the copies are current and H_GET_TCE is enabled in real mode: one comparison for both. */
    final boolean isGetReady() {
        return changes.count() == seenIfGet;
    }

    /** As {@link #isGetReady} for H_PUT_TCE. */
    final boolean isPutReady() {
        return changes.count() == seenIfPut;
    }

    /** As {@link #isGetReady} for H_STUFF_TCE. */
    final boolean isStuffReady() {
        return changes.count() == seenIfStuff;
    }

    /** As {@link #isGetReady} for H_PUT_TCE_INDIRECT. */
    final boolean isIndirectReady() {
        return changes.count() == seenIfIndirect;
    }

    /** Makes the copies out of date until the next {@link #refresh}. */
    final void forget() {
        seenChanges = UNKNOWN;
        readyUnder(0);
        tableArray = null;
        memslots = null;
    }

    /** Between two calls, online: says that nothing of before is held any more, and renews the copies. */
    abstract void refresh();

    /**
     * Renews the copies, which are not current before {@link #becomeCurrent}.
     *
     * @return the change count that they are of
     */
    final long renewCopies() {
        // The count first: whoever advances the epoch after it makes the next call come here again.
        final long count = changes.count();
        // Before the copies: what they are made from is what this epoch's readers may use.
        reader.announce();
        mask = enabled.mask();
        tableArray = tables.array();
        tableHashShift = LiobnDirectory.hashShift(tableArray);
        memslots = guestMemory.memslotsAcquire();
        slotFirstUnit = 0;
        slotLastUnit = -1;
        return count;
    }

    /** The last thing of a {@link #refresh}: what an overflow of the stack ends before this is done again by the next call. */
    final void becomeCurrent(final long count) {
        seenChanges = count;
        readyUnder(mask);
    }

    /**
     * Renews the copies if anything has changed since they were made, also while the vCPU was offline: whoever frees what they
     * lead to has counted a change before, and {@link QuiescentReader#online} comes with a full fence.
     */
    final void refreshIfChanged() {
        if (!isCurrent()) {
            refresh();
        }
    }

    private void readyUnder(final int realModeMask) {
        seenIfGet = seenIf(realModeMask, Hcall.H_GET_TCE);
        seenIfPut = seenIf(realModeMask, Hcall.H_PUT_TCE);
        seenIfStuff = seenIf(realModeMask, Hcall.H_STUFF_TCE);
        seenIfIndirect = seenIf(realModeMask, Hcall.H_PUT_TCE_INDIRECT);
    }

    private long seenIf(final int realModeMask, final long opcode) {
        return (realModeMask & 1 << (EnabledHcalls.REAL_BIT + Hcall.index(opcode))) != 0 ? seenChanges : UNKNOWN;
    }

    /** Which hypercalls are enabled where, as {@link EnabledHcalls#mask}. */
    final int mask() {
        return mask;
    }

    final TceTable find(final long liobn) {
        return LiobnDirectory.find(tableArray, tableHashShift, liobn);
    }

    final Memslots memslots() {
        return memslots;
    }

    /** Whether an address is guest memory. */
    final boolean isBacked(final long gpa) {
        return isInSlot(gpa) || findSlot(gpa);
    }

    /** Whether an address is in the slot of guest memory that was hit last. */
    final boolean isInSlot(final long gpa) {
        final long distance = (gpa >>> Memslots.UNIT_SHIFT) - slotFirstUnit;
        return (distance | (slotLastUnit - distance)) >= 0;
    }

    /**
     * Copies a list from guest memory to {@link #list}.
     *
     * @param slot memslot of the list
     * @param listGpa guest physical address of the list
     * @param words how many
     * @param reservedBits bits that must be 0 in a word with a permission
     * @return whether every word may be stored as it is: no reserved bits, and all in the memslot that was hit last
     */
    final boolean copyList(final int slot, final long listGpa, final int words, final long reservedBits) {
        return memslots.copyList(slot, listGpa, words, list, reservedBits, slotFirstUnit, slotLastUnit) == 0;
    }

    private boolean findSlot(final long gpa) {
        final int slot = memslots.find(gpa);
        if (slot < 0) {
            return false;
        }
        slotFirstUnit = memslots.firstUnit(slot);
        slotLastUnit = memslots.units(slot) - 1;
        return true;
    }

    /** Counts a call that a layer cannot end, and returns the status that says so. */
    final long tooHard(final int layer, final int reason) {
        counters.passedOn(layer, reason);
        return HStatus.H_TOO_HARD;
    }

    final void r4(final long value) {
        r4 = value;
    }

    /** {@return the TCE that the last successful H_GET_TCE read} */
    public final long r4() {
        return r4;
    }

    /** {@return what the vCPU has counted} */
    public final HcallStatistics counters() {
        return counters;
    }

    void free() {
        offHeap.free(list);
        counters.free();
    }
}
