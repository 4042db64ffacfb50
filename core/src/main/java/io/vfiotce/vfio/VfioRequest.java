package io.vfiotce.vfio;

/**
 * Ioctl numbers of VFIO, in the encoding of powerpc. The same number means different things on different files.
 *
 * @source Linux include/uapi/linux/vfio.h
 */
public final class VfioRequest {
    // powerpc marks requests without a size by a direction bit, x86 by none.
    private static final int POWERPC_NO_DATA = 1 << 29;

    /** Container: which version of the API this is. */
    public static final int VFIO_GET_API_VERSION = 0x2000_3B64;

    /** Container: is an extension there. */
    public static final int VFIO_CHECK_EXTENSION = 0x2000_3B65;

    /** Container: choose the IOMMU driver. */
    public static final int VFIO_SET_IOMMU = 0x2000_3B66;

    /** Group: is it viable, is it in a container. */
    public static final int VFIO_GROUP_GET_STATUS = 0x2000_3B67;

    /** Group: enter a container. */
    public static final int VFIO_GROUP_SET_CONTAINER = 0x2000_3B68;

    /** Group: leave the container. */
    public static final int VFIO_GROUP_UNSET_CONTAINER = 0x2000_3B69;

    /** Group: open a device. */
    public static final int VFIO_GROUP_GET_DEVICE_FD = 0x2000_3B6A;

    /** Device: what it is. */
    public static final int VFIO_DEVICE_GET_INFO = 0x2000_3B6B;

    /** Device: what one region is. */
    public static final int VFIO_DEVICE_GET_REGION_INFO = 0x2000_3B6C;

    /** Device: what one interrupt index is. */
    public static final int VFIO_DEVICE_GET_IRQ_INFO = 0x2000_3B6D;

    /** Device: set up interrupts. */
    public static final int VFIO_DEVICE_SET_IRQS = 0x2000_3B6E;

    /** Device: reset it. */
    public static final int VFIO_DEVICE_RESET = 0x2000_3B6F;

    /** Device: what a hot reset would touch. */
    public static final int VFIO_DEVICE_GET_PCI_HOT_RESET_INFO = 0x2000_3B70;

    /** Device: hot reset. */
    public static final int VFIO_DEVICE_PCI_HOT_RESET = 0x2000_3B71;

    /** Device: what a display shows. */
    public static final int VFIO_DEVICE_QUERY_GFX_PLANE = 0x2000_3B72;

    /** Device: the buffer of a display. */
    public static final int VFIO_DEVICE_GET_GFX_DMABUF = 0x2000_3B73;

    /** Container of type1: page sizes and more. */
    public static final int VFIO_IOMMU_GET_INFO = 0x2000_3B70;

    /** Container of sPAPR: windows. */
    public static final int VFIO_IOMMU_SPAPR_TCE_GET_INFO = 0x2000_3B70;

    /** Container: map memory. */
    public static final int VFIO_IOMMU_MAP_DMA = 0x2000_3B71;

    /** Container: unmap memory. */
    public static final int VFIO_IOMMU_UNMAP_DMA = 0x2000_3B72;

    /** Container of sPAPR v1: allow mapping. */
    public static final int VFIO_IOMMU_ENABLE = 0x2000_3B73;

    /** Container of sPAPR v1: forbid mapping. */
    public static final int VFIO_IOMMU_DISABLE = 0x2000_3B74;

    /** Container of type1: dirty page tracking. */
    public static final int VFIO_IOMMU_DIRTY_PAGES = 0x2000_3B75;

    /** Container of sPAPR v2: register memory. */
    public static final int VFIO_IOMMU_SPAPR_REGISTER_MEMORY = 0x2000_3B75;

    /** Container of sPAPR v2: unregister memory. */
    public static final int VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY = 0x2000_3B76;

    /** Container of sPAPR v2: create a window. */
    public static final int VFIO_IOMMU_SPAPR_TCE_CREATE = 0x2000_3B77;

    /** Container of sPAPR v2: remove a window. */
    public static final int VFIO_IOMMU_SPAPR_TCE_REMOVE = 0x2000_3B78;

    /** Container of sPAPR: error handling of a partitionable endpoint. */
    public static final int VFIO_EEH_PE_OP = 0x2000_3B79;

    private VfioRequest() {}

    /**
     * Accepts the encoding of x86 too.
     *
     * @param request a number in either encoding
     * @return the same request as powerpc encodes it; any other number unchanged
     */
    public static int powerpc(final int request) {
        return request >>> 8 == 0x3B ? request | POWERPC_NO_DATA : request;
    }
}
