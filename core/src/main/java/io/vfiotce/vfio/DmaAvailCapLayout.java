package io.vfiotce.vfio;

/**
 * The capability of a type1 container that tells how many mappings can still be made.
 *
 * @source Linux struct vfio_iommu_type1_info_dma_avail
 */
public final class DmaAvailCapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_info_dma_avail");

    /** The header. */
    public static final StructField HEADER = STRUCT.nested("header", InfoCapHeaderLayout.STRUCT);

    /** How many. */
    public static final StructField AVAIL = STRUCT.u32("avail");

    /** The kind in the header. */
    public static final short ID = 3;

    private DmaAvailCapLayout() {}
}
