package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_SPAPR_TCE_REMOVE.
 *
 * @source Linux struct vfio_iommu_spapr_tce_remove
 */
public final class TceRemoveLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_spapr_tce_remove");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Must be 0. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** An address in the window. */
    public static final StructField START_ADDR = STRUCT.u64("start_addr");

    private TceRemoveLayout() {}
}
