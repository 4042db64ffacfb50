package io.vfiotce.vfio;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.NanoClock;

/**
 * VFIO of one host: the IOMMU drivers, the groups with their devices, and the files that user space opens.
 *
 * <p>Every lock of VFIO is a plain monitor, and they are taken in this order: group, container, then what an IOMMU driver
 * takes. Under the locks of the lists of groups and drivers nothing else is taken. Nothing that a driver defers until a grace
 * period may come back to VFIO.
 *
 * @threads any but an online vCPU, which goes offline first: who has a group's lock may wait in an IOMMU driver until every
 *     online vCPU has ended its call
 * @source Linux drivers/vfio/vfio.c
 */
public final class Vfio {
    private final HostIommu host;
    private final NanoClock clock;
    private final CopyOnWriteArrayList<VfioIommuDriverOps> drivers = new CopyOnWriteArrayList<>();
    private final Map<IommuGroup, VfioGroup> groups = new HashMap<>();

    /**
     * Starts VFIO without drivers and devices.
     *
     * @param host where groups are looked up by number
     * @param clock the clock of everything that waits; it is read with locks held, so it must not call the library, nor take a
     *     lock that anybody holds while calling it
     */
    public Vfio(final HostIommu host, final NanoClock clock) {
        this.host = host;
        this.clock = clock;
    }

    // ---- IOMMU drivers

    /**
     * Registers an IOMMU driver; the newest is asked first.
     *
     * @param driver the driver
     * @throws VfioException EINVAL if it is registered already
     * @source Linux vfio_register_iommu_driver()
     */
    public void registerIommuDriver(final VfioIommuDriverOps driver) {
        synchronized (drivers) {
            if (drivers.stream().anyMatch(registered -> registered == driver)) {
                throw VfioException.invalid(driver.name() + " is registered already");
            }
            drivers.add(0, driver);
        }
    }

    /**
     * Removes an IOMMU driver; nothing happens if it is not registered. Containers that use it keep it.
     *
     * @param driver the driver
     * @source Linux vfio_unregister_iommu_driver()
     */
    public void unregisterIommuDriver(final VfioIommuDriverOps driver) {
        drivers.removeIf(registered -> registered == driver);
    }

    /** {@return the drivers of this moment, newest first} */
    public List<VfioIommuDriverOps> drivers() {
        return List.copyOf(drivers);
    }

    // ---- files

    /**
     * Opens a new container.
     *
     * @param process whose file descriptor it is
     * @return the descriptor of a {@link VfioContainer}
     * @throws io.vfiotce.linux.LinuxException EMFILE
     */
    public int openContainer(final UserProcess process) {
        return process.files().install(new VfioContainer(this));
    }

    /**
     * Opens a group; only one file of it can be open at a time.
     *
     * @param process whose file descriptor it is
     * @param groupId number of the group
     * @return the descriptor of a {@link VfioGroupFile}
     * @throws io.vfiotce.linux.LinuxException ENODEV if no device of the group is registered; EBUSY if the group is open, or
     *     still in a container because something else uses it; EMFILE
     * @source Linux vfio_group_fops_open()
     */
    public int openGroup(final UserProcess process, final int groupId) {
        final VfioGroup group = getGroup(groupId);
        if (group == null) {
            throw new VfioException(Errno.ENODEV, "VFIO has no group " + groupId);
        }
        try {
            group.open();
        } catch (final VfioException e) {
            group.put();
            throw e;
        }
        final VfioGroupFile file = new VfioGroupFile(group);
        boolean installed = false;
        try {
            final int fd = process.files().install(file);
            installed = true;
            return fd;
        } finally {
            if (!installed) {
                file.put();
            }
        }
    }

    // ---- devices

    /**
     * Registers a device with VFIO.
     *
     * @param hostDevice the host's device
     * @param ops what its driver does for user space
     * @param data what {@code ops} gets back with every call
     * @throws VfioException EINVAL if the device is in no IOMMU group, EBUSY if it is registered already
     * @source Linux vfio_add_group_dev()
     */
    public void addGroupDev(final HostDevice hostDevice, final VfioDeviceOps ops, final Object data) {
        final IommuGroup iommuGroup = hostDevice.group();
        if (iommuGroup == null) {
            throw VfioException.invalid(hostDevice.name() + " is in no IOMMU group");
        }
        final VfioGroup group = findOrCreate(iommuGroup);
        try {
            group.add(hostDevice, ops, data);
        } catch (final VfioException e) {
            group.put();
            throw e;
        }
        iommuGroup.get();
    }

    /**
     * Ends the registration of a device: asks its users to let it go, at most every ten seconds, and waits until they have;
     * if it was the last of its group, also until the group has left its container. An interrupt does not end the waiting.
     *
     * @param hostDevice the host's device
     * @return the data that it was registered with
     * @throws VfioException ENODEV if it is not registered, or another thread is ending its registration
     * @threads any but an online vCPU, with no lock held and not within a call of the device's {@link VfioDeviceOps}, whose end
     *     this waits for
     * @source Linux vfio_del_group_dev()
     */
    public Object delGroupDev(final HostDevice hostDevice) {
        final VfioGroup group = getGroup(hostDevice);
        if (group == null) {
            throw new VfioException(Errno.ENODEV, hostDevice.name() + " is not registered");
        }
        try {
            final VfioDevice device = group.unregister(hostDevice);
            device.put();
            new DeviceRemoval(device, clock).await();
            group.iommuGroup().put();
            return device.data();
        } finally {
            group.put();
        }
    }

    /**
     * Looks up a device.
     *
     * @param hostDevice the host's device
     * @return the device with one reference more, to be given back with {@link VfioDevice#put}; null if it is not registered
     * @source Linux vfio_device_get_from_dev()
     */
    public VfioDevice getFromDev(final HostDevice hostDevice) {
        final VfioGroup group = getGroup(hostDevice);
        if (group == null) {
            return null;
        }
        try {
            return group.getDevice(hostDevice);
        } finally {
            group.put();
        }
    }

    // ---- what the host tells VFIO

    /**
     * Adds a device to a group, which may be in use.
     *
     * @param iommuGroup the group
     * @param hostDevice a device that is in no group
     * @return null if all is well, else one line that says why the group is not isolated any more
     * @source Linux vfio_group_nb_add_dev()
     */
    public String addDevice(final IommuGroup iommuGroup, final HostDevice hostDevice) {
        iommuGroup.add(hostDevice);
        return violation(hostDevice);
    }

    /**
     * Binds a driver to a device, whose group may be in use.
     *
     * @param hostDevice the device
     * @param driverName the driver
     * @return null if all is well, else one line that says why the group is not isolated any more
     * @source Linux vfio_group_nb_verify()
     */
    public String bindDriver(final HostDevice hostDevice, final String driverName) {
        hostDevice.driverName(driverName);
        forgetUnbound(hostDevice);
        return violation(hostDevice);
    }

    /**
     * Unbinds the driver of a device, after {@link #delGroupDev} if it was registered.
     *
     * @param hostDevice the device
     */
    public void unbindDriver(final HostDevice hostDevice) {
        hostDevice.driverName(null);
        forgetUnbound(hostDevice);
    }

    private void forgetUnbound(final HostDevice hostDevice) {
        final VfioGroup group = getGroup(hostDevice);
        if (group != null) {
            group.driverGone(hostDevice);
            group.put();
        }
    }

    private String violation(final HostDevice hostDevice) {
        final VfioGroup group = getGroup(hostDevice);
        if (group == null) {
            return null;
        }
        try {
            return group.violatedBy(hostDevice)
                    ? "group " + group.iommuGroup().id() + " is in use, and " + hostDevice.driverName() + " drives "
                            + hostDevice.name() + " in it"
                    : null;
        } finally {
            group.put();
        }
    }

    // ---- groups

    /**
     * Finds a group for looking at its counters; takes no reference.
     *
     * @param groupId number of the group
     * @return the group, null if VFIO has none
     */
    public VfioGroup findGroup(final int groupId) {
        synchronized (groups) {
            return groups.values().stream()
                    .filter(group -> group.iommuGroup().id() == groupId)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** {@return how many groups there are: those with a device, an open file or an external user} */
    public int groupCount() {
        synchronized (groups) {
            return groups.size();
        }
    }

    private VfioGroup findOrCreate(final IommuGroup iommuGroup) {
        synchronized (groups) {
            final VfioGroup found = groups.get(iommuGroup);
            if (found != null && found.tryGet()) {
                return found;
            }
            final VfioGroup group = new VfioGroup(this, iommuGroup);
            groups.put(iommuGroup, group);
            return group;
        }
    }

    private VfioGroup getGroup(final int groupId) {
        final IommuGroup iommuGroup = host.get(groupId);
        if (iommuGroup == null) {
            return null;
        }
        try {
            return getGroup(iommuGroup);
        } finally {
            iommuGroup.put();
        }
    }

    /** {@return the group that a device is in with a reference, null if VFIO has none} */
    VfioGroup getGroup(final HostDevice hostDevice) {
        final IommuGroup iommuGroup = hostDevice.group();
        return iommuGroup == null ? null : getGroup(iommuGroup);
    }

    private VfioGroup getGroup(final IommuGroup iommuGroup) {
        synchronized (groups) {
            final VfioGroup group = groups.get(iommuGroup);
            return group != null && group.tryGet() ? group : null;
        }
    }

    /** Forgets a group whose last reference is gone; a newer one of the same IOMMU group stays. */
    void forget(final VfioGroup group) {
        synchronized (groups) {
            groups.remove(group.iommuGroup(), group);
        }
    }
}
