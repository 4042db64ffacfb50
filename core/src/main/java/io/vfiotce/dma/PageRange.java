package io.vfiotce.dma;

/** Which pages a range of bytes touches. */
final class PageRange {
    private PageRange() {}

    /**
     * How many pages a range touches.
     *
     * @param address first address
     * @param sizeBytes its length, unsigned, not 0; what would wrap around is left out
     * @param pageShift log2 of the page size in bytes
     * @return number of pages from that of the first address on
     */
    static long count(final long address, final long sizeBytes, final int pageShift) {
        final long last = address + (sizeBytes - 1);
        final long lastInside = Long.compareUnsigned(last, address) < 0 ? -1 : last;
        return (lastInside >>> pageShift) - (address >>> pageShift) + 1;
    }
}
