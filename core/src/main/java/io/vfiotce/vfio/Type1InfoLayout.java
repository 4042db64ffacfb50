package io.vfiotce.vfio;

/**
 * What VFIO_IOMMU_GET_INFO of a type1 container fills in.
 *
 * @source Linux struct vfio_iommu_type1_info
 */
public final class Type1InfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_info");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Which fields are filled in. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Page sizes, one bit each. */
    public static final StructField IOVA_PGSIZES = STRUCT.u64("iova_pgsizes");

    /** Where the first capability is; 0 for none. */
    public static final StructField CAP_OFFSET = STRUCT.u32("cap_offset");

    /** The page sizes are filled in. */
    public static final int FLAG_PGSIZES = 1;

    /** Capabilities follow, or would if there were room. */
    public static final int FLAG_CAPS = 2;

    private Type1InfoLayout() {}
}
