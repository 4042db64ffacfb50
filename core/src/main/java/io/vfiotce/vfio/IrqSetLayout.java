package io.vfiotce.vfio;

/**
 * The argument of VFIO_DEVICE_SET_IRQS; an array of count elements follows.
 *
 * @source Linux struct vfio_irq_set
 */
public final class IrqSetLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_irq_set");

    /** Size of the structure with its array. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** One kind of data and one action. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Number of the interrupt index. */
    public static final StructField INDEX = STRUCT.u32("index");

    /** First interrupt. */
    public static final StructField START = STRUCT.u32("start");

    /** Number of interrupts. */
    public static final StructField COUNT = STRUCT.u32("count");

    /** The array. */
    public static final StructField DATA = STRUCT.bytesAtEnd("data");

    /** No array. */
    public static final int FLAG_DATA_NONE = 1;

    /** An array of bytes. */
    public static final int FLAG_DATA_BOOL = 2;

    /** An array of 32-bit file descriptors. */
    public static final int FLAG_DATA_EVENTFD = 4;

    /** Mask the interrupts. */
    public static final int FLAG_ACTION_MASK = 8;

    /** Unmask the interrupts. */
    public static final int FLAG_ACTION_UNMASK = 16;

    /** Set or fire the trigger. */
    public static final int FLAG_ACTION_TRIGGER = 32;

    private IrqSetLayout() {}
}
