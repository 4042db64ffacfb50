package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_SPAPR_TCE_CREATE.
 *
 * @source Linux struct vfio_iommu_spapr_tce_create
 */
public final class TceCreateLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_spapr_tce_create");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Must be 0. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Log2 of the page size. */
    public static final StructField PAGE_SHIFT = STRUCT.u32("page_shift");

    /** Not used. */
    public static final StructField RESV1 = STRUCT.u32("resv1");

    /** Size in bytes. */
    public static final StructField WINDOW_SIZE = STRUCT.u64("window_size");

    /** Levels of the table. */
    public static final StructField LEVELS = STRUCT.u32("levels");

    /** Not used. */
    public static final StructField RESV2 = STRUCT.u32("resv2");

    /** Filled in: where the window is on the bus. */
    public static final StructField START_ADDR = STRUCT.u64("start_addr");

    private TceCreateLayout() {}
}
