package io.vfiotce.iommu;

import java.util.List;

/**
 * What the IOMMU in front of a group can do, on a platform that maps page by page into an address space of the group's own.
 *
 * @param range the addresses that it can translate
 * @param reserved addresses in it that may not be mapped, for example those of interrupt messages
 * @param pageSizes page sizes, one bit each: bit 12 is 4 KiB
 * @param enforcesCoherency whether it can make every DMA coherent with the CPU's caches
 * @param remapsInterrupts whether it keeps a device from raising other devices' interrupts
 * @source Linux struct iommu_domain, struct iommu_resv_region
 */
public record DmaAperture(
        DmaRange range, List<DmaRange> reserved, long pageSizes, boolean enforcesCoherency, boolean remapsInterrupts) {
    /** What a group has unless told otherwise: all addresses, every page size from 4 KiB on, coherent, safe interrupts. */
    public static final DmaAperture DEFAULT = new DmaAperture(new DmaRange(0, -1), List.of(), -(1L << 12), true, true);

    /**
     * Creates a description.
     *
     * @param range the addresses that it can translate
     * @param reserved addresses in it that may not be mapped
     * @param pageSizes page sizes, one bit each
     * @param enforcesCoherency whether it can make every DMA coherent
     * @param remapsInterrupts whether interrupts are safe
     * @throws IllegalArgumentException if there is no page size
     */
    public DmaAperture {
        if (pageSizes == 0) {
            throw new IllegalArgumentException("an IOMMU has at least one page size");
        }
        reserved = List.copyOf(reserved);
    }
}
