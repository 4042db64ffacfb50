package io.vfiotce.vfio;

/**
 * What VFIO_CHECK_EXTENSION asks for; the numbers of IOMMU types are also the argument of VFIO_SET_IOMMU.
 *
 * @source Linux include/uapi/linux/vfio.h
 */
public final class VfioExtension {
    /** Type1 IOMMU. */
    public static final int TYPE1 = 1;

    /** sPAPR TCE IOMMU, version 1. */
    public static final int SPAPR_TCE = 2;

    /** Type1 IOMMU, version 2. */
    public static final int TYPE1V2 = 3;

    /** DMA is cache coherent. */
    public static final int DMA_CC = 4;

    /** EEH operations. */
    public static final int EEH = 5;

    /** Type1 IOMMU that nests. */
    public static final int TYPE1_NESTING = 6;

    /** sPAPR TCE IOMMU, version 2. */
    public static final int SPAPR_TCE_V2 = 7;

    /** Devices without an IOMMU. */
    public static final int NOIOMMU = 8;

    /** Unmapping everything at once. */
    public static final int UNMAP_ALL = 9;

    /** Changing the user addresses of mappings. */
    public static final int UPDATE_VADDR = 10;

    private VfioExtension() {}
}
