package io.vfiotce.vfio;

/**
 * A bitmap in the caller's memory.
 *
 * @source Linux struct vfio_bitmap
 */
public final class BitmapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_bitmap");

    /** Bytes that one bit stands for. */
    public static final StructField PGSIZE = STRUCT.u64("pgsize");

    /** Size of the bitmap in bytes. */
    public static final StructField SIZE = STRUCT.u64("size");

    /** User address of the bitmap. */
    public static final StructField DATA = STRUCT.u64("data");

    private BitmapLayout() {}
}
