package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_DIRTY_PAGES; {@link DirtyBitmapGetLayout} follows if a flag says so.
 *
 * @source Linux struct vfio_iommu_type1_dirty_bitmap
 */
public final class DirtyBitmapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_dirty_bitmap");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Exactly one of the flags below. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** The range. */
    public static final StructField DATA = STRUCT.bytesAtEnd("data");

    /** Dirty pages are tracked from now on. */
    public static final int FLAG_START = 1;

    /** Dirty pages are not tracked any more. */
    public static final int FLAG_STOP = 2;

    /** The bitmap is filled. */
    public static final int FLAG_GET_BITMAP = 4;

    private DirtyBitmapLayout() {}
}
