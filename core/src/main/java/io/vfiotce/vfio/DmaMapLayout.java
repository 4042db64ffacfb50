package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_MAP_DMA.
 *
 * @source Linux struct vfio_iommu_type1_dma_map
 */
public final class DmaMapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_dma_map");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** See the flags below. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** User address of the memory. */
    public static final StructField VADDR = STRUCT.u64("vaddr");

    /** Bus address. */
    public static final StructField IOVA = STRUCT.u64("iova");

    /** Size in bytes. */
    public static final StructField SIZE = STRUCT.u64("size");

    /** The device may read. */
    public static final int FLAG_READ = 1;

    /** The device may write. */
    public static final int FLAG_WRITE = 2;

    /** Only the user address changes. */
    public static final int FLAG_VADDR = 4;

    private DmaMapLayout() {}
}
