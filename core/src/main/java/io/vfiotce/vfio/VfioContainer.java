package io.vfiotce.vfio;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * A container: groups that share one set of mappings, kept by one IOMMU driver.
 *
 * <p>The groups, the driver and the mappings outlive the file as long as a group is inside. When the last group leaves, the
 * driver's data is released and the container is as new.
 *
 * @threads any but an online vCPU, which goes offline first. One lock guards the groups and the driver; it is held while a
 *     driver is chosen, by asking each with VFIO_CHECK_EXTENSION, while a group is attached or detached and while the data is
 *     released, not during the driver's other ioctls. An ioctl that is under way while the last group leaves reaches data that
 *     was released meanwhile, and the data guards itself. Who has the lock may wait in the driver until every online vCPU has
 *     ended its call
 * @source Linux struct vfio_container
 */
public final class VfioContainer extends OpenFile {
    /** A driver with its data of this container. */
    private record Iommu(VfioIommuDriverOps driver, Object data) {}

    private final Vfio vfio;
    // Not the object itself, which everybody who has the file could lock.
    private final Object lock = new Object();
    private final List<VfioGroup> groups = new ArrayList<>();
    private Iommu iommu;
    private boolean fileOpen = true;

    VfioContainer(final Vfio vfio) {
        this.vfio = vfio;
    }

    /** {@return the version of the API: 0} */
    public int getApiVersion() {
        return 0;
    }

    /**
     * Asks whether an extension is there: the container's driver, or without one every registered driver, newest first, until
     * one says yes.
     *
     * @param extension see {@link VfioExtension}
     * @return positive if it is, else what the last driver said; 0 without drivers
     * @throws LinuxException if the last driver that was asked refused to answer
     * @source Linux vfio_ioctl_check_extension()
     */
    public long checkExtension(final long extension) {
        final Iommu current = iommu();
        if (current != null) {
            return ask(current.driver, current.data, null, extension);
        }
        long answer = 0;
        LinuxException refusal = null;
        for (final VfioIommuDriverOps driver : vfio.drivers()) {
            refusal = null;
            try {
                answer = ask(driver, null, null, extension);
            } catch (final LinuxException e) {
                refusal = e;
                continue;
            }
            if (answer > 0) {
                return answer;
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return answer;
    }

    private static long ask(
            final VfioIommuDriverOps driver, final Object data, final UserProcess caller, final long extension) {
        return driver.ioctl(data, caller, VfioRequest.VFIO_CHECK_EXTENSION, IoctlArgument.of(extension));
    }

    /**
     * Chooses the driver: the newest that knows the type, opens, and takes all groups.
     *
     * @param caller the process that calls
     * @param type see {@link VfioExtension}
     * @throws LinuxException EINVAL if no group is inside or there is a driver already; ENODEV if no driver knows the type;
     *     else the error of the last driver that failed, and the container is as before
     * @source Linux vfio_ioctl_set_iommu()
     */
    public void setIommu(final UserProcess caller, final long type) {
        synchronized (lock) {
            if (groups.isEmpty() || iommu != null) {
                throw VfioException.invalid(
                        iommu == null ? "the container has no group" : "the container has a driver already");
            }
            LinuxException refusal = new VfioException(Errno.ENODEV, "no IOMMU driver knows type " + type);
            for (final VfioIommuDriverOps driver : vfio.drivers()) {
                if (!knows(driver, caller, type)) {
                    continue;
                }
                try {
                    iommu = start(driver, type);
                    return;
                } catch (final LinuxException e) {
                    refusal = e;
                }
            }
            throw refusal;
        }
    }

    private static boolean knows(final VfioIommuDriverOps driver, final UserProcess caller, final long type) {
        try {
            return ask(driver, null, caller, type) > 0;
        } catch (final LinuxException e) {
            return false;
        }
    }

    private Iommu start(final VfioIommuDriverOps driver, final long type) {
        final Object data = driver.open(type);
        int attached = 0;
        try {
            for (; attached < groups.size(); attached++) {
                driver.attachGroup(data, groups.get(attached).iommuGroup());
            }
        } catch (final LinuxException e) {
            while (attached > 0) {
                driver.detachGroup(data, groups.get(--attached).iommuGroup());
            }
            driver.release(data);
            throw e;
        }
        return new Iommu(driver, data);
    }

    /**
     * Hands an ioctl that is not the container's own to its driver.
     *
     * @param caller the process that calls
     * @param request ioctl number
     * @param argument its argument
     * @return what the driver returns
     * @throws LinuxException EINVAL if there is no driver, else what the driver throws
     */
    public long driverIoctl(final UserProcess caller, final int request, final IoctlArgument argument) {
        final Iommu current = requireIommu();
        return current.driver.ioctl(current.data, caller, request, argument);
    }

    /**
     * Reads from the container's file, which is up to the driver.
     *
     * @param argument where to
     * @param bytes how many
     * @param position where from
     * @return bytes read
     * @throws LinuxException EINVAL if there is no driver or it has no such call, or the range is not valid; EFAULT if the
     *     bytes do not fit
     */
    public long read(final IoctlArgument argument, final int bytes, final long position) {
        FileRange.require(argument, bytes, position);
        final Iommu current = requireIommu();
        return current.driver.read(current.data, argument, bytes, position);
    }

    /**
     * Writes to the container's file, which is up to the driver.
     *
     * @param argument where from
     * @param bytes how many
     * @param position where to
     * @return bytes written
     * @throws LinuxException EINVAL if there is no driver or it has no such call, or the range is not valid; EFAULT if the
     *     bytes are not all there
     */
    public long write(final IoctlArgument argument, final int bytes, final long position) {
        FileRange.require(argument, bytes, position);
        final Iommu current = requireIommu();
        return current.driver.write(current.data, argument, bytes, position);
    }

    /**
     * Maps the container's file, which is up to the driver.
     *
     * @param position where the mapping starts in the file
     * @param bytes how long it is
     * @return what the driver maps
     * @throws LinuxException EINVAL if there is no driver or it has no such call, or the range is not valid
     */
    public Object mmap(final long position, final long bytes) {
        FileRange.requireMappable(position, bytes);
        final Iommu current = requireIommu();
        return current.driver.mmap(current.data, position, bytes);
    }

    /**
     * The driver's data, for methods of its own.
     *
     * @param type class of the data
     * @param <T> class of the data
     * @return the data of this moment
     * @throws VfioException EINVAL if there is no driver or its data is of another class
     */
    public <T> T iommu(final Class<T> type) {
        final Iommu current = requireIommu();
        if (!type.isInstance(current.data)) {
            throw VfioException.invalid("the container's driver is " + current.driver.name());
        }
        return type.cast(current.data);
    }

    private Iommu requireIommu() {
        final Iommu current = iommu();
        if (current == null) {
            throw VfioException.invalid("the container has no IOMMU driver");
        }
        return current;
    }

    private Iommu iommu() {
        synchronized (lock) {
            return iommu;
        }
    }

    /** {@return whether a driver is chosen} */
    boolean hasIommu() {
        return iommu() != null;
    }

    /** Takes a group in; the caller holds the group's lock. */
    void attach(final VfioGroup group) {
        synchronized (lock) {
            if (iommu != null) {
                iommu.driver.attachGroup(iommu.data, group.iommuGroup());
            }
            groups.add(0, group);
        }
    }

    /** Lets a group out, and the driver go with the last one; the caller holds the group's lock. */
    void detach(final VfioGroup group) {
        synchronized (lock) {
            if (iommu != null) {
                iommu.driver.detachGroup(iommu.data, group.iommuGroup());
            }
            groups.remove(group);
            if (groups.isEmpty() && iommu != null) {
                iommu.driver.release(iommu.data);
                iommu = null;
            }
        }
    }

    /** {@return the driver's name, null if none is chosen} */
    public String driverName() {
        final Iommu current = iommu();
        return current == null ? null : current.driver.name();
    }

    /** {@return the groups inside, newest first} */
    public List<IommuGroup> groups() {
        synchronized (lock) {
            return groups.stream().map(VfioGroup::iommuGroup).toList();
        }
    }

    /** {@return references held now: one by the file, one by each group} */
    public int references() {
        synchronized (lock) {
            return (fileOpen ? 1 : 0) + groups.size();
        }
    }

    @Override
    protected void release() {
        synchronized (lock) {
            fileOpen = false;
        }
    }
}
