package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * Checks the structures of the device ioctls that every device has, before its driver sees them: VFIO_DEVICE_GET_INFO,
 * GET_REGION_INFO, GET_IRQ_INFO and SET_IRQS.
 *
 * @threads any; pure functions
 */
final class DeviceIoctls {
    private static final int IRQ_DATA =
            IrqSetLayout.FLAG_DATA_NONE | IrqSetLayout.FLAG_DATA_BOOL | IrqSetLayout.FLAG_DATA_EVENTFD;
    private static final int IRQ_ACTION =
            IrqSetLayout.FLAG_ACTION_MASK | IrqSetLayout.FLAG_ACTION_UNMASK | IrqSetLayout.FLAG_ACTION_TRIGGER;
    private static final long U32_MAX = 0xFFFF_FFFFL;

    private DeviceIoctls() {}

    /**
     * Checks the argument of a request; requests that not every device has pass.
     *
     * @param request ioctl number
     * @param argument its argument
     * @throws io.vfiotce.linux.LinuxException EFAULT if the structure is not all there; EINVAL if argsz is too small, or flags,
     *     range or array of VFIO_DEVICE_SET_IRQS are not in order
     */
    static void check(final int request, final IoctlArgument argument) {
        switch (request) {
            case VfioRequest.VFIO_DEVICE_GET_INFO ->
                DeviceInfoLayout.STRUCT.requireThrough(argument, DeviceInfoLayout.NUM_IRQS);
            case VfioRequest.VFIO_DEVICE_GET_REGION_INFO ->
                RegionInfoLayout.STRUCT.requireThrough(argument, RegionInfoLayout.OFFSET);
            case VfioRequest.VFIO_DEVICE_GET_IRQ_INFO ->
                IrqInfoLayout.STRUCT.requireThrough(argument, IrqInfoLayout.COUNT);
            case VfioRequest.VFIO_DEVICE_SET_IRQS -> checkSetIrqs(argument);
            default -> {
                // The driver's own.
            }
        }
    }

    /**
     * Checks everything about an interrupt set that does not depend on the device.
     *
     * @source Linux vfio_set_irqs_validate_and_prepare()
     */
    private static void checkSetIrqs(final IoctlArgument argument) {
        IrqSetLayout.STRUCT.requireThrough(argument, IrqSetLayout.COUNT);
        final long start = Integer.toUnsignedLong(IrqSetLayout.START.int32(argument));
        final long count = Integer.toUnsignedLong(IrqSetLayout.COUNT.int32(argument));
        if (count >= U32_MAX - start) {
            throw VfioException.invalid("interrupts " + start + " and " + count + " from there do not exist");
        }
        final long dataBytes = count * elementBytes(IrqSetLayout.FLAGS.int32(argument));
        final long argsz = Integer.toUnsignedLong(IrqSetLayout.ARGSZ.int32(argument));
        final int headerBytes = StructField.offsetOfEnd(IrqSetLayout.COUNT);
        if (argsz - headerBytes < dataBytes) {
            throw VfioException.invalid("argsz=" + argsz + " has no room for " + dataBytes + " bytes of array");
        }
        // An array that cannot be in the caller's memory: int arithmetic would wrap.
        argument.requireBytes((int) Math.min(Integer.MAX_VALUE, headerBytes + dataBytes));
    }

    private static int elementBytes(final int flags) {
        if ((flags & ~(IRQ_DATA | IRQ_ACTION)) != 0) {
            throw VfioException.invalid("flags=0x" + Integer.toHexString(flags) + " are not known");
        }
        return switch (flags & IRQ_DATA) {
            case IrqSetLayout.FLAG_DATA_NONE -> 0;
            case IrqSetLayout.FLAG_DATA_BOOL -> Byte.BYTES;
            case IrqSetLayout.FLAG_DATA_EVENTFD -> Integer.BYTES;
            default ->
                throw VfioException.invalid("flags=0x" + Integer.toHexString(flags) + " have no single kind of data");
        };
    }
}
