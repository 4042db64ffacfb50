package io.vfiotce.vfio;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;

/**
 * An IOMMU driver: what a container uses to map memory for its groups.
 *
 * <p>{@link #open} makes the data of one container; every other call gets it back. Calls on one container's data come from
 * any thread, several at once, and may still come after {@link #release}: the data guards itself.
 *
 * <p>{@link #open}, {@link #release}, {@link #attachGroup} and {@link #detachGroup} are called with the container's lock held,
 * most of them with the group's, too; {@link #ioctl} for VFIO_CHECK_EXTENSION may be, too, or with the lock of a KVM-VFIO
 * device.
 * None of these may call VFIO or KVM, put a file, or take a lock that anybody holds while calling VFIO or KVM. All other calls
 * come with no lock of VFIO or KVM held.
 *
 * @threads any but an online vCPU
 * @source Linux struct vfio_iommu_driver_ops
 */
public interface VfioIommuDriverOps {
    /** {@return the driver's name} */
    String name();

    /**
     * Starts serving a container.
     *
     * @param type the argument of VFIO_SET_IOMMU
     * @return the driver's data for this container
     * @throws VfioException EINVAL for a type it does not know, ENOMEM
     */
    Object open(long type);

    /**
     * Stops serving a container: everything mapped is unmapped, everything pinned is unpinned.
     *
     * @param data a result of {@link #open}
     */
    void release(Object data);

    /**
     * Reads from the container's file.
     *
     * @param data a result of {@link #open}
     * @param argument where to
     * @param bytes how many
     * @param position where from
     * @return bytes read
     * @throws VfioException EINVAL if the driver has no such call
     */
    default long read(final Object data, final IoctlArgument argument, final int bytes, final long position) {
        throw new VfioException(Errno.EINVAL, name() + " has nothing to read");
    }

    /**
     * Writes to the container's file.
     *
     * @param data a result of {@link #open}
     * @param argument where from
     * @param bytes how many
     * @param position where to
     * @return bytes written
     * @throws VfioException EINVAL if the driver has no such call
     */
    default long write(final Object data, final IoctlArgument argument, final int bytes, final long position) {
        throw new VfioException(Errno.EINVAL, name() + " has nothing to write");
    }

    /**
     * Maps the container's file.
     *
     * @param data a result of {@link #open}
     * @param position where the mapping starts in the file
     * @param bytes how long it is
     * @return what the driver maps
     * @throws VfioException EINVAL if the driver has no such call
     */
    default Object mmap(final Object data, final long position, final long bytes) {
        throw new VfioException(Errno.EINVAL, name() + " has nothing to map");
    }

    /**
     * Serves an ioctl of the container's file.
     *
     * @param data a result of {@link #open}; null for VFIO_CHECK_EXTENSION on a container without a driver
     * @param caller the process that calls; null for VFIO_CHECK_EXTENSION if nobody in particular asks
     * @param request ioctl number
     * @param argument its argument
     * @return what the ioctl returns, not negative; some results are positive
     * @throws io.vfiotce.linux.LinuxException the errno that it sets
     */
    long ioctl(Object data, UserProcess caller, int request, IoctlArgument argument);

    /**
     * Puts a group under the container's mappings.
     *
     * @param data a result of {@link #open}
     * @param group the group
     * @throws VfioException if the group cannot be attached; nothing has changed then
     */
    void attachGroup(Object data, IommuGroup group);

    /**
     * Takes a group out again; it cannot fail.
     *
     * @param data a result of {@link #open}
     * @param group a group that was attached
     */
    void detachGroup(Object data, IommuGroup group);
}
