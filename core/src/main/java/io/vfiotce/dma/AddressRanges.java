package io.vfiotce.dma;

/** Who is given pages as ranges of addresses. */
@FunctionalInterface
public interface AddressRanges {
    /**
     * Pages one after the other.
     *
     * @param address address of the first byte
     * @param sizeBytes length, unsigned
     */
    void range(long address, long sizeBytes);
}
