package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_UNMAP_DMA; a bitmap follows if a flag says so.
 *
 * @source Linux struct vfio_iommu_type1_dma_unmap
 */
public final class DmaUnmapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_dma_unmap");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** See the flags below. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Bus address. */
    public static final StructField IOVA = STRUCT.u64("iova");

    /** Size in bytes; type1 writes back what it unmapped. */
    public static final StructField SIZE = STRUCT.u64("size");

    /** A bitmap. */
    public static final StructField DATA = STRUCT.bytesAtEnd("data");

    /** A bitmap follows, to be filled with the dirty pages. */
    public static final int FLAG_GET_DIRTY_BITMAP = 1;

    /** Everything is unmapped. */
    public static final int FLAG_ALL = 2;

    /** Only the user addresses are invalidated. */
    public static final int FLAG_VADDR = 4;

    private DmaUnmapLayout() {}
}
