package io.vfiotce.vfio;

/**
 * The range whose dirty pages are asked for.
 *
 * @source Linux struct vfio_iommu_type1_dirty_bitmap_get
 */
public final class DirtyBitmapGetLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_dirty_bitmap_get");

    /** Bus address. */
    public static final StructField IOVA = STRUCT.u64("iova");

    /** Size in bytes. */
    public static final StructField SIZE = STRUCT.u64("size");

    /** The bitmap to fill. */
    public static final StructField BITMAP = STRUCT.nested("bitmap", BitmapLayout.STRUCT);

    private DirtyBitmapGetLayout() {}
}
