package io.vfiotce.vfio;

/**
 * What an sPAPR platform can do with dynamic windows.
 *
 * @source Linux struct vfio_iommu_spapr_tce_ddw_info
 */
public final class DdwInfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_spapr_tce_ddw_info");

    /** Page sizes, one bit each. */
    public static final StructField PGSIZES = STRUCT.u64("pgsizes");

    /** Most windows at once. */
    public static final StructField MAX_DYNAMIC_WINDOWS_SUPPORTED = STRUCT.u32("max_dynamic_windows_supported");

    /** Most levels of a table. */
    public static final StructField LEVELS = STRUCT.u32("levels");

    private DdwInfoLayout() {}
}
