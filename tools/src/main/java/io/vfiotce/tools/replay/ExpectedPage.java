package io.vfiotce.tools.replay;

import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.memory.Memslots;
import io.vfiotce.papr.Tce;

/**
 * What a device must find at a bus address.
 *
 * @param permissions what the TCE allows, bits of {@link Tce}; 0 if it is unmapped
 * @param refusal the status if nothing is allowed
 * @param address where the byte lies in this process; 0 if that is no guest memory
 * @param lengthBytes how many bytes lie together there
 */
record ExpectedPage(int permissions, int refusal, long address, long lengthBytes) {
    /** Where there is no page: no window, or an address behind its end. */
    static ExpectedPage none(final int refusal) {
        return new ExpectedPage(0, refusal, 0, 0);
    }

    /**
     * A page of a window.
     *
     * @param memslots the guest's memory
     * @param pageGpa where the page's TCE points to
     * @param permissions what it allows
     * @param offset of the byte in the page
     * @param leftBytes from there to the end of the page
     * @return what must be found
     */
    static ExpectedPage of(
            final Memslots memslots,
            final long pageGpa,
            final int permissions,
            final long offset,
            final long leftBytes) {
        final int slot = permissions == 0 ? -1 : memslots.find(pageGpa + offset);
        if (slot < 0) {
            return new ExpectedPage(permissions, DmaStatus.UNMAPPED, 0, 0);
        }
        final long inSlot = pageGpa + offset - (memslots.firstUnit(slot) << Memslots.UNIT_SHIFT);
        final long slotBytes = memslots.units(slot) << Memslots.UNIT_SHIFT;
        return new ExpectedPage(
                permissions,
                DmaStatus.UNMAPPED,
                memslots.slotAddress(slot) + inSlot,
                Math.min(leftBytes, slotBytes - inSlot));
    }

    /** How an access of {@link DmaAccess} must end. */
    int status(final int access) {
        if (permissions == 0) {
            return refusal;
        }
        if ((access & ~permissions) != 0) {
            return DmaStatus.PERMISSION;
        }
        return address == 0 ? DmaStatus.UNBACKED : DmaStatus.OK;
    }
}
