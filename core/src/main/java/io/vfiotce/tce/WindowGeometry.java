package io.vfiotce.tce;

/**
 * Where a DMA window lies on the bus and how it is cut into pages.
 *
 * @param liobn logical I/O bus number, 64 bits as the guest passes it
 * @param pageShift log2 of the I/O page size in bytes, 12 to 34
 * @param offsetPages first bus page of the window
 * @param sizePages number of pages, at least 1
 * @source Linux struct kvm_create_spapr_tce_64
 */
public record WindowGeometry(long liobn, int pageShift, long offsetPages, long sizePages) {
    /** Smallest page shift: 4 KiB. */
    public static final int MIN_PAGE_SHIFT = 12;

    /** Largest page shift: 16 GiB. */
    public static final int MAX_PAGE_SHIFT = 34;

    /**
     * Whether the kernel would create such a window.
     *
     * <p>Unlike the kernel's check this one also refuses a sum of offset and size that wraps.
     *
     * @return true if the page shift is in range and the window is not empty and lies in the 64-bit bus
     * @source Linux kvm_vm_ioctl_create_spapr_tce()
     */
    public boolean isValid() {
        if (pageShift < MIN_PAGE_SHIFT || pageShift > MAX_PAGE_SHIFT || sizePages == 0) {
            return false;
        }
        final long lastPage = -1L >>> pageShift;
        return Long.compareUnsigned(offsetPages, lastPage) <= 0
                && Long.compareUnsigned(sizePages, lastPage - offsetPages) <= 0;
    }

    /** {@return bus address of the first byte} */
    public long startBytes() {
        return offsetPages << pageShift;
    }

    /**
     * Whether two windows share a bus address.
     *
     * @param other another window; both are valid
     * @return true if some byte is in both
     */
    public boolean overlaps(final WindowGeometry other) {
        // Neither wraps, so two differences of starts say it.
        return Long.compareUnsigned(other.startBytes() - startBytes(), sizePages << pageShift) < 0
                || Long.compareUnsigned(startBytes() - other.startBytes(), other.sizePages << other.pageShift) < 0;
    }

    @Override
    public String toString() {
        return "liobn=0x" + Long.toHexString(liobn) + " pageShift=" + pageShift + " offsetPages=0x"
                + Long.toHexString(offsetPages) + " sizePages=0x" + Long.toHexString(sizePages);
    }
}
