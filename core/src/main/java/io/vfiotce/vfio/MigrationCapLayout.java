package io.vfiotce.vfio;

/**
 * The capability of a type1 container that tells how it reports dirty pages.
 *
 * @source Linux struct vfio_iommu_type1_info_cap_migration
 */
public final class MigrationCapLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_type1_info_cap_migration");

    /** The header. */
    public static final StructField HEADER = STRUCT.nested("header", InfoCapHeaderLayout.STRUCT);

    /** None defined. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Page sizes of the bitmap, one bit each. */
    public static final StructField PGSIZE_BITMAP = STRUCT.u64("pgsize_bitmap");

    /** Longest bitmap in bytes. */
    public static final StructField MAX_DIRTY_BITMAP_SIZE = STRUCT.u64("max_dirty_bitmap_size");

    /** The kind in the header. */
    public static final short ID = 2;

    private MigrationCapLayout() {}
}
