package io.vfiotce.dma;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.SparseBitmap;

/**
 * Pages that were written, as {@link DirtyLog} hands them out: they gather here until {@link #clear}.
 *
 * @threads one at a time
 */
public final class DirtyPages implements AutoCloseable {
    private final SparseBitmap pages;
    private final int pageShift;

    DirtyPages(final int pageShift, final OffHeap offHeap) {
        this.pageShift = pageShift;
        pages = new SparseBitmap(Long.SIZE - pageShift, offHeap);
    }

    /** {@return log2 of the page size in bytes} */
    public int pageShift() {
        return pageShift;
    }

    /**
     * Whether there was not memory enough, on the side of the log or here: then every page must be taken for written, and the
     * other methods say so.
     *
     * @return true until {@link #clear}; again after the next collection if it was the log that ran out
     */
    public boolean isEverything() {
        return pages.hasLost();
    }

    /**
     * Whether a page was written.
     *
     * @param address an address in it
     * @return true if it was, or {@link #isEverything}
     */
    public boolean contains(final long address) {
        return pages.isSet(address >>> pageShift);
    }

    /**
     * Gives the pages that a range of addresses touches and that were written, merged, in ascending order. They stay here.
     *
     * @param address first address of the range
     * @param sizeBytes its length, unsigned; what would wrap around is left out
     * @param ranges whom to give them to
     */
    public void forEach(final long address, final long sizeBytes, final AddressRanges ranges) {
        if (sizeBytes != 0) {
            final long first = address >>> pageShift;
            pages.forEachRun(
                    first,
                    PageRange.count(address, sizeBytes, pageShift),
                    (page, count) -> ranges.range(page << pageShift, count << pageShift));
        }
    }

    SparseBitmap bits() {
        return pages;
    }

    /** Forgets all pages and frees their memory. */
    public void clear() {
        pages.clear();
    }

    /** As {@link #clear}. */
    @Override
    public void close() {
        clear();
    }
}
