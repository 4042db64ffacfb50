package io.vfiotce.vfio;

/**
 * What VFIO_IOMMU_SPAPR_TCE_GET_INFO fills in.
 *
 * @source Linux struct vfio_iommu_spapr_tce_info
 */
public final class SpaprTceInfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_spapr_tce_info");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** See the flag below. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Where the default window starts. */
    public static final StructField DMA32_WINDOW_START = STRUCT.u32("dma32_window_start");

    /** Size of the default window in bytes. */
    public static final StructField DMA32_WINDOW_SIZE = STRUCT.u32("dma32_window_size");

    /** Dynamic windows. */
    public static final StructField DDW = STRUCT.nested("ddw", DdwInfoLayout.STRUCT);

    /** Page sizes, one bit each. */
    public static final StructField DDW_PGSIZES = DdwInfoLayout.PGSIZES.in(DDW);

    /** Most windows at once. */
    public static final StructField DDW_MAX_DYNAMIC_WINDOWS_SUPPORTED =
            DdwInfoLayout.MAX_DYNAMIC_WINDOWS_SUPPORTED.in(DDW);

    /** Most levels of a table. */
    public static final StructField DDW_LEVELS = DdwInfoLayout.LEVELS.in(DDW);

    /** The platform has dynamic windows. */
    public static final int FLAG_DDW = 1;

    private SpaprTceInfoLayout() {}
}
