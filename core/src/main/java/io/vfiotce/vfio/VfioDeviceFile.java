package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import java.util.function.Supplier;

/**
 * A file of a device. It keeps the device, its group, and the group's place in the container until it is released.
 *
 * @threads any but an online vCPU
 * @source Linux vfio_device_fops
 */
public final class VfioDeviceFile extends OpenFile {
    private final VfioDevice device;

    VfioDeviceFile(final VfioDevice device) {
        this.device = device;
    }

    /** {@return the device} */
    public VfioDevice device() {
        return device;
    }

    /** Calls the driver; closing the descriptor meanwhile does not release the device under it. */
    private <T> T whileHeld(final Supplier<T> call) {
        hold();
        try {
            return call.get();
        } finally {
            put();
        }
    }

    /**
     * Runs an ioctl of the device: checks the structures that VFIO knows, then asks the driver.
     *
     * @param caller the process that calls
     * @param request ioctl number
     * @param argument its argument
     * @return what the driver returns
     * @throws io.vfiotce.linux.LinuxException EFAULT or EINVAL if the structure is not in order, EBADF if the file is closed,
     *     else what the driver throws
     */
    public long ioctl(final UserProcess caller, final int request, final IoctlArgument argument) {
        DeviceIoctls.check(request, argument);
        return whileHeld(() -> device.ops().ioctl(device.data(), caller, request, argument));
    }

    /**
     * Asks what the device is.
     *
     * @param caller the process that calls
     * @return what the driver says
     * @throws io.vfiotce.linux.LinuxException what the driver throws
     */
    public VfioDeviceInfo getInfo(final UserProcess caller) {
        final IoctlArgument struct = newStruct(DeviceInfoLayout.STRUCT);
        ioctl(caller, VfioRequest.VFIO_DEVICE_GET_INFO, struct);
        return VfioDeviceInfo.of(struct);
    }

    /**
     * Asks what a region is.
     *
     * @param caller the process that calls
     * @param index number of the region
     * @return what the driver says
     * @throws io.vfiotce.linux.LinuxException what the driver throws
     */
    public VfioRegionInfo getRegionInfo(final UserProcess caller, final int index) {
        final IoctlArgument struct = newStruct(RegionInfoLayout.STRUCT);
        RegionInfoLayout.INDEX.int32(struct, index);
        ioctl(caller, VfioRequest.VFIO_DEVICE_GET_REGION_INFO, struct);
        return VfioRegionInfo.of(struct);
    }

    /**
     * Asks what an interrupt index is.
     *
     * @param caller the process that calls
     * @param index number of the interrupt index
     * @return what the driver says
     * @throws io.vfiotce.linux.LinuxException what the driver throws
     */
    public VfioIrqInfo getIrqInfo(final UserProcess caller, final int index) {
        final IoctlArgument struct = newStruct(IrqInfoLayout.STRUCT);
        IrqInfoLayout.INDEX.int32(struct, index);
        ioctl(caller, VfioRequest.VFIO_DEVICE_GET_IRQ_INFO, struct);
        return VfioIrqInfo.of(struct);
    }

    /**
     * Sets up, masks, unmasks or fires interrupts.
     *
     * @param caller the process that calls
     * @param set which and how
     * @throws io.vfiotce.linux.LinuxException EINVAL if the set is not in order, else what the driver throws
     */
    public void setIrqs(final UserProcess caller, final VfioIrqSet set) {
        ioctl(caller, VfioRequest.VFIO_DEVICE_SET_IRQS, set.struct());
    }

    /**
     * Resets the device.
     *
     * @param caller the process that calls
     * @throws io.vfiotce.linux.LinuxException what the driver throws
     */
    public void reset(final UserProcess caller) {
        ioctl(caller, VfioRequest.VFIO_DEVICE_RESET, IoctlArgument.of(0));
    }

    /**
     * Reads from the device.
     *
     * @param argument where to
     * @param bytes how many
     * @param position where from
     * @return bytes read
     * @throws io.vfiotce.linux.LinuxException EINVAL if the range is in no file or the driver has no such call, EFAULT if the
     *     bytes do not fit, else what the driver throws
     */
    public long read(final IoctlArgument argument, final int bytes, final long position) {
        FileRange.require(argument, bytes, position);
        return whileHeld(() -> device.ops().read(device.data(), argument, bytes, position));
    }

    /**
     * Writes to the device.
     *
     * @param argument where from
     * @param bytes how many
     * @param position where to
     * @return bytes written
     * @throws io.vfiotce.linux.LinuxException EINVAL if the range is in no file or the driver has no such call, EFAULT if the
     *     bytes are not all there, else what the driver throws
     */
    public long write(final IoctlArgument argument, final int bytes, final long position) {
        FileRange.require(argument, bytes, position);
        return whileHeld(() -> device.ops().write(device.data(), argument, bytes, position));
    }

    /**
     * Maps a part of the device.
     *
     * @param position where the mapping starts in the file
     * @param bytes how long it is
     * @return what the driver maps
     * @throws io.vfiotce.linux.LinuxException EINVAL if the range is in no file or the driver has no such call, else what the
     *     driver throws
     */
    public Object mmap(final long position, final long bytes) {
        FileRange.requireMappable(position, bytes);
        return whileHeld(() -> device.ops().mmap(device.data(), position, bytes));
    }

    private static IoctlArgument newStruct(final StructLayout layout) {
        final IoctlArgument struct = IoctlArgument.ofNew(layout.sizeBytes());
        struct.int32(0, layout.sizeBytes());
        return struct;
    }

    @Override
    protected void release() {
        try {
            device.ops().release(device.data());
        } finally {
            device.group().dropContainerUser();
            device.put();
        }
    }
}
