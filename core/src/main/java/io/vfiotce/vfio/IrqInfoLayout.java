package io.vfiotce.vfio;

/**
 * What VFIO_DEVICE_GET_IRQ_INFO fills in.
 *
 * @source Linux struct vfio_irq_info
 */
public final class IrqInfoLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_irq_info");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** What can be done with the interrupts. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Number of the interrupt index, set by the caller. */
    public static final StructField INDEX = STRUCT.u32("index");

    /** Number of interrupts in the index. */
    public static final StructField COUNT = STRUCT.u32("count");

    /** Interrupts are signalled by eventfd. */
    public static final int FLAG_EVENTFD = 1;

    /** Interrupts can be masked. */
    public static final int FLAG_MASKABLE = 2;

    /** An interrupt masks itself when it is signalled. */
    public static final int FLAG_AUTOMASKED = 4;

    /** All interrupts of the index are set up together. */
    public static final int FLAG_NORESIZE = 8;

    private IrqInfoLayout() {}
}
