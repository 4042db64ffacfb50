package io.vfiotce.vfio;

/**
 * One range of addresses that can be mapped.
 *
 * @source Linux struct vfio_iova_range
 */
public final class IovaRangeLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iova_range");

    /** First address. */
    public static final StructField START = STRUCT.u64("start");

    /** Last address. */
    public static final StructField END = STRUCT.u64("end");

    private IovaRangeLayout() {}
}
