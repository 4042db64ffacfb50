package io.vfiotce.vfio;

/**
 * What VFIO_DEVICE_GET_REGION_INFO fills in.
 *
 * @source Linux struct vfio_region_info
 */
public final class RegionInfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_region_info");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** What can be done with the region. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Number of the region, set by the caller. */
    public static final StructField INDEX = STRUCT.u32("index");

    /** Where the first capability is; 0 for none. */
    public static final StructField CAP_OFFSET = STRUCT.u32("cap_offset");

    /** Size in bytes. */
    public static final StructField SIZE = STRUCT.u64("size");

    /** Where the region starts in the device file. */
    public static final StructField OFFSET = STRUCT.u64("offset");

    /** The region can be read. */
    public static final int FLAG_READ = 1;

    /** The region can be written. */
    public static final int FLAG_WRITE = 2;

    /** The region can be mapped. */
    public static final int FLAG_MMAP = 4;

    /** Capabilities follow. */
    public static final int FLAG_CAPS = 8;

    private RegionInfoLayout() {}
}
