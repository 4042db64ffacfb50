package io.vfiotce.vfio;

/**
 * What VFIO_DEVICE_GET_INFO fills in.
 *
 * @source Linux struct vfio_device_info
 */
public final class DeviceInfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_device_info");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** What kind of device it is. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Number of regions. */
    public static final StructField NUM_REGIONS = STRUCT.u32("num_regions");

    /** Number of interrupt indexes. */
    public static final StructField NUM_IRQS = STRUCT.u32("num_irqs");

    /** Where the first capability is; 0 for none. */
    public static final StructField CAP_OFFSET = STRUCT.u32("cap_offset");

    /** The device can be reset. */
    public static final int FLAG_RESET = 1;

    /** The device is a PCI device. */
    public static final int FLAG_PCI = 2;

    private DeviceInfoLayout() {}
}
