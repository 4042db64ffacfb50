package io.vfiotce.vfio;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;

/**
 * A VFIO bus driver: what user space reaches through a device's file descriptors.
 *
 * <p>Every call gets the data that was given to {@link Vfio#addGroupDev}. Calls on one device come from any thread, several at
 * once. No lock of the library is held but where {@link #match} says so, so a call may block; only {@link Vfio#delGroupDev} of
 * the same device must not be called within one, since it waits for the call's end.
 *
 * @threads any
 * @source Linux struct vfio_device_ops
 */
public interface VfioDeviceOps {
    /** {@return the driver's name} */
    String name();

    /**
     * Called before a new file descriptor of the device is made.
     *
     * @param data the device's data
     * @throws io.vfiotce.linux.LinuxException if the device cannot be opened; the errno goes to user space
     */
    void open(Object data);

    /**
     * Called when the last holder of a file descriptor let it go, once for each {@link #open} that returned.
     *
     * @param data the device's data
     */
    void release(Object data);

    /**
     * Reads from the device.
     *
     * @param data the device's data
     * @param argument where to
     * @param bytes how many; all of them can be stored
     * @param position where from, not negative
     * @return bytes read
     * @throws io.vfiotce.linux.LinuxException the errno; EINVAL if the driver has no such call
     */
    default long read(final Object data, final IoctlArgument argument, final int bytes, final long position) {
        throw VfioException.invalid(name() + " has nothing to read");
    }

    /**
     * Writes to the device.
     *
     * @param data the device's data
     * @param argument where from
     * @param bytes how many; all of them can be loaded
     * @param position where to, not negative
     * @return bytes written
     * @throws io.vfiotce.linux.LinuxException the errno; EINVAL if the driver has no such call
     */
    default long write(final Object data, final IoctlArgument argument, final int bytes, final long position) {
        throw VfioException.invalid(name() + " has nothing to write");
    }

    /**
     * Serves an ioctl of the device's file. The structures of GET_INFO, GET_REGION_INFO, GET_IRQ_INFO
     * and SET_IRQS were checked before: they are whole, and the flags and the array of VFIO_DEVICE_SET_IRQS are in order. Whether an index, a start or a count
     * exists is for the driver to check.
     *
     * @param data the device's data
     * @param caller the process that calls
     * @param request ioctl number
     * @param argument its argument
     * @return what the ioctl returns, not negative
     * @throws io.vfiotce.linux.LinuxException the errno; EINVAL if the driver has no such call
     */
    default long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        throw VfioException.invalid(name() + " has no ioctl");
    }

    /**
     * Maps a part of the device.
     *
     * @param data the device's data
     * @param position where the mapping starts in the file
     * @param bytes how long it is
     * @return what the driver maps
     * @throws io.vfiotce.linux.LinuxException the errno; EINVAL if the driver has no such call
     */
    default Object mmap(final Object data, final long position, final long bytes) {
        throw VfioException.invalid(name() + " has nothing to map");
    }

    /**
     * Tells whether a name that user space asks for means this device; called with the group's lock held, so it must neither
     * block nor call VFIO.
     *
     * @param data the device's data
     * @param device the host's device
     * @param deviceName the name
     * @return true if it does; unless overridden, if it is exactly the host's name of the device
     * @throws io.vfiotce.linux.LinuxException to end the search with an errno
     */
    default boolean match(final Object data, final HostDevice device, final String deviceName) {
        return device.name().equals(deviceName);
    }

    /**
     * Asks the user of a device to let it go, because {@link Vfio#delGroupDev} waits for it; at most every ten seconds.
     *
     * @param data the device's data
     * @param count how often it was asked before
     */
    default void request(final Object data, final int count) {}
}
