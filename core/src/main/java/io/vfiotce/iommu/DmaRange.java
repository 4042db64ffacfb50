package io.vfiotce.iommu;

/**
 * A range of DMA addresses, both ends included, compared without sign.
 *
 * @param first first address
 * @param last last address, not below the first
 */
public record DmaRange(long first, long last) {
    /**
     * Creates a range.
     *
     * @param first first address
     * @param last last address, not below the first
     * @throws IllegalArgumentException if it is empty
     */
    public DmaRange {
        if (Long.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException(
                    "0x" + Long.toHexString(first) + " is behind 0x" + Long.toHexString(last));
        }
    }

    /**
     * Whether a range lies in this one.
     *
     * @param other the other range
     * @return true if all of it does
     */
    public boolean contains(final DmaRange other) {
        return Long.compareUnsigned(first, other.first) <= 0 && Long.compareUnsigned(other.last, last) <= 0;
    }

    /**
     * Whether a range has an address in common with this one.
     *
     * @param other the other range
     * @return true if they share one
     */
    public boolean overlaps(final DmaRange other) {
        return Long.compareUnsigned(first, other.last) <= 0 && Long.compareUnsigned(other.first, last) <= 0;
    }
}
