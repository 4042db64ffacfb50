package io.vfiotce.memory;

/**
 * A range of the process's memory that is pinned and registered for DMA.
 *
 * @threads any; geometry is immutable, use and state are guarded by {@link PinnedMemory}
 * @source Linux struct mm_iommu_table_group_mem_t
 */
public final class PinnedRegion {
    private final long ua;
    private final long pages;
    private final long sizeBytes;
    private final int pageShift;
    private final int index;
    private final long hpa;
    private final long dirtyAddress;

    // Guarded by PinnedMemory.
    int used = 1;
    boolean orphan;
    // A grace period has passed since an orphan was closed: its count only goes down.
    boolean settled;
    private volatile boolean closing;

    PinnedRegion(
            final long ua,
            final long pages,
            final int hostPageShift,
            final int pageShift,
            final int index,
            final long hpa,
            final long dirtyAddress) {
        this.ua = ua;
        this.pages = pages;
        this.sizeBytes = pages << hostPageShift;
        this.pageShift = pageShift;
        this.index = index;
        this.hpa = hpa;
        this.dirtyAddress = dirtyAddress;
    }

    /** {@return user address of the first byte} */
    public long ua() {
        return ua;
    }

    /** {@return length in host pages} */
    public long pages() {
        return pages;
    }

    /** {@return length in bytes} */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** {@return log2 of the largest page that a table may map in this region} */
    public int pageShift() {
        return pageShift;
    }

    /** {@return the region's number among those that are there now, for {@link MappedCounts}} */
    public int index() {
        return index;
    }

    /** {@return host physical address of the first byte} */
    public long hpa() {
        return hpa;
    }

    /** {@return where the dirty marks lie, one byte for each page of {@link #pageShift}} */
    public long dirtyAddress() {
        return dirtyAddress;
    }

    long dirtyBytes() {
        return sizeBytes >>> pageShift;
    }

    /** {@return whether nothing may be mapped into the region, because it may be about to go} */
    public boolean isClosing() {
        return closing;
    }

    /** {@return whether the region has no user any more and only waits for what is mapped in it to go; with the lock of
     *     PinnedMemory held} */
    public boolean isOrphan() {
        return orphan;
    }

    void closing(final boolean isClosing) {
        closing = isClosing;
    }

    /**
     * Whether a range lies in the region.
     *
     * @param from first user address
     * @param bytes its length
     * @return false if any part lies outside, or the range wraps
     */
    public boolean contains(final long from, final long bytes) {
        final long distance = from - ua;
        return Long.compareUnsigned(distance, sizeBytes) <= 0 && Long.compareUnsigned(bytes, sizeBytes - distance) <= 0;
    }

    /**
     * Marks the page of a physical address: a device may write it from now on.
     *
     * @param pageHpa host physical address in the region
     */
    public void markDirty(final long pageHpa) {
        Words.markByte(dirtyAddress, (pageHpa - hpa) >>> pageShift);
    }

    /**
     * Whether a page was marked.
     *
     * @param pageUa user address in the region
     * @return true if the page is or was mapped for a device to write
     */
    public boolean isDirty(final long pageUa) {
        return Words.byteAt(dirtyAddress, (pageUa - ua) >>> pageShift) != 0;
    }

    @Override
    public String toString() {
        return "region ua=0x" + Long.toHexString(ua) + " sizeBytes=" + sizeBytes;
    }
}
