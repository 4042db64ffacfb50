package io.vfiotce.vfio;

/**
 * The capability of a type1 container that tells which addresses can be mapped; the ranges follow.
 *
 * @source Linux struct vfio_iommu_type1_info_cap_iova_range
 */
public final class IovaRangeCapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_info_cap_iova_range");

    /** The header. */
    public static final StructField HEADER = STRUCT.nested("header", InfoCapHeaderLayout.STRUCT);

    /** How many ranges follow. */
    public static final StructField NR_IOVAS = STRUCT.u32("nr_iovas");

    /** Nothing. */
    public static final StructField RESERVED = STRUCT.u32("reserved");

    /** The ranges. */
    public static final StructField IOVA_RANGES = STRUCT.bytesAtEnd("iova_ranges");

    /** The kind in the header. */
    public static final short ID = 1;

    private IovaRangeCapLayout() {}
}
