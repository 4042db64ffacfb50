package io.vfiotce.dma;

import io.vfiotce.memory.SparseBitmap;

/**
 * How a device marks what it writes through one window: by bus address and by guest physical address.
 *
 * @threads a reader of the process's quiescence domain, between going online and its next announcement of the epoch, both for
 *     marking and for the write that was marked. Several at once
 * @cost no heap allocation, no lock, no exception; the first mark in 2^15 pages takes memory off heap, and if there is none
 *     every page counts as written
 */
public final class DirtyMarker {
    private final int pageShift;
    private final SparseBitmap busPages;
    private final SparseBitmap guestPages;

    DirtyMarker(final int pageShift, final SparseBitmap busPages, final SparseBitmap guestPages) {
        this.pageShift = pageShift;
        this.busPages = busPages;
        this.guestPages = guestPages;
    }

    /**
     * Marks bytes that are about to be written; called before the write.
     *
     * @param ioba bus address of the first byte
     * @param gpa guest physical address of the first byte
     * @param lengthBytes how many, all in one page of the window; 0 marks nothing
     */
    public void mark(final long ioba, final long gpa, final long lengthBytes) {
        if (lengthBytes > 0) {
            mark(busPages, ioba, lengthBytes);
            mark(guestPages, gpa, lengthBytes);
        }
    }

    private void mark(final SparseBitmap pages, final long address, final long lengthBytes) {
        final long first = address >>> pageShift;
        final long last = (address + (lengthBytes - 1)) >>> pageShift;
        if (first == last) {
            pages.set(first);
        } else {
            pages.setRange(first, last - first + 1);
        }
    }
}
