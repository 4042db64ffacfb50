package io.vfiotce.vfio;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A group: the devices of one IOMMU group that VFIO drives, and its place in a container.
 *
 * <p>Container users are counted: the setting of the container itself, each open device, each external user. Whoever gives up
 * the last one takes the group out of its container.
 *
 * @threads any but an online vCPU. One lock guards everything but the references; it comes before the container's lock, and is
 *     held while the container's driver takes the group or lets it go. It is not held while a device's open, release or request
 *     runs; whoever waits for the end of a device waits on the lock itself, which gives it up
 * @source Linux struct vfio_group
 */
public final class VfioGroup {
    private static final Set<String> HARMLESS_DRIVERS = Set.of("pci-stub", "pcieport");

    private final Vfio vfio;
    private final IommuGroup iommuGroup;
    // One for each device reference, each open file and each external user.
    private final AtomicInteger references = new AtomicInteger(1);
    private final Object lock = new Object();
    private final List<VfioDevice> devices = new ArrayList<>();
    private final Set<HostDevice> unbound = new HashSet<>();
    private VfioContainer container;
    private int containerUsers;
    private boolean opened;

    VfioGroup(final Vfio vfio, final IommuGroup iommuGroup) {
        this.vfio = vfio;
        this.iommuGroup = iommuGroup;
    }

    /** {@return the IOMMU group} */
    public IommuGroup iommuGroup() {
        return iommuGroup;
    }

    /** {@return references held now: by devices, an open file, external users} */
    public int references() {
        return references.get();
    }

    /** {@return container users counted now} */
    public int containerUsers() {
        synchronized (lock) {
            return containerUsers;
        }
    }

    /** {@return whether a file of the group is open} */
    public boolean opened() {
        synchronized (lock) {
            return opened;
        }
    }

    /** {@return the container that the group is in, null if it is in none} */
    public VfioContainer container() {
        synchronized (lock) {
            return container;
        }
    }

    /** {@return the devices that are registered, or still used after that} */
    public List<VfioDevice> devices() {
        synchronized (lock) {
            return List.copyOf(devices);
        }
    }

    Object lock() {
        return lock;
    }

    /** Takes a reference; the caller holds one already. */
    void get() {
        references.incrementAndGet();
    }

    /** Takes a reference unless the last one is gone. */
    boolean tryGet() {
        return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) != 0;
    }

    /** Gives back a reference; the caller holds no lock of a group. */
    void put() {
        final int left = references.decrementAndGet();
        if (left < 0) {
            references.incrementAndGet();
            throw new IllegalStateException("group " + iommuGroup.id() + " has no reference to give back");
        }
        if (left == 0) {
            vfio.forget(this);
        }
    }

    // ---- devices

    /** Registers a device; the caller has taken the group reference that the device owns from here on. */
    void add(final HostDevice hostDevice, final VfioDeviceOps ops, final Object data) {
        synchronized (lock) {
            if (find(hostDevice) != null) {
                throw new VfioException(Errno.EBUSY, hostDevice.name() + " is registered already");
            }
            final VfioDevice device = new VfioDevice(this, hostDevice, ops, data);
            hostDevice.driverData(device);
            devices.add(device);
        }
    }

    /** Removes a device whose last reference is gone; the caller holds the lock. */
    void forget(final VfioDevice device) {
        devices.remove(device);
        device.hostDevice().driverData(null);
        lock.notifyAll();
    }

    /** {@return the device, null if it is not here; the caller holds the lock} */
    VfioDevice find(final HostDevice hostDevice) {
        for (final VfioDevice device : devices) {
            if (device.hostDevice() == hostDevice) {
                return device;
            }
        }
        return null;
    }

    /** {@return the device with a reference, null if it is not here} */
    VfioDevice getDevice(final HostDevice hostDevice) {
        synchronized (lock) {
            final VfioDevice device = find(hostDevice);
            return device == null ? null : device.get();
        }
    }

    /** {@return a device whose registration this caller ends, and no other} */
    VfioDevice unregister(final HostDevice hostDevice) {
        synchronized (lock) {
            final VfioDevice device = find(hostDevice);
            if (device == null || !device.unregister()) {
                throw new VfioException(Errno.ENODEV, hostDevice.name() + " is not registered");
            }
            // Its driver is on the way out: it may not make the group unviable for the others meanwhile.
            unbound.add(hostDevice);
            return device;
        }
    }

    // ---- viability

    /** Forgets that a device's driver is on the way out. */
    void driverGone(final HostDevice hostDevice) {
        synchronized (lock) {
            unbound.remove(hostDevice);
        }
    }

    /** {@return whether the group is in use while a device in it is not acceptable} */
    boolean violatedBy(final HostDevice hostDevice) {
        synchronized (lock) {
            return containerUsers > 0 && !acceptable(hostDevice);
        }
    }

    private boolean viable() {
        return iommuGroup.devices().stream().allMatch(this::acceptable);
    }

    private boolean acceptable(final HostDevice hostDevice) {
        final String driver = hostDevice.driverName();
        return driver == null
                || HARMLESS_DRIVERS.contains(driver)
                || find(hostDevice) != null
                || unbound.contains(hostDevice);
    }

    // ---- file

    /** Opens the group; the caller gives the reference that it holds to the file. */
    void open() {
        synchronized (lock) {
            if (opened) {
                throw new VfioException(Errno.EBUSY, "group " + iommuGroup.id() + " is open already");
            }
            if (container != null) {
                throw new VfioException(
                        Errno.EBUSY, "group " + iommuGroup.id() + " is in use since it was open before");
            }
            opened = true;
        }
    }

    void closed() {
        synchronized (lock) {
            dropUser();
            opened = false;
        }
        put();
    }

    int status() {
        synchronized (lock) {
            return (viable() ? GroupStatusLayout.FLAG_VIABLE : 0)
                    | (container == null ? 0 : GroupStatusLayout.FLAG_CONTAINER_SET);
        }
    }

    // ---- container and its users

    void setContainer(final UserProcess caller, final int containerFd) {
        if (containerFd < 0) {
            throw VfioException.invalid("containerFd=" + containerFd + " is negative");
        }
        requireNoContainer();
        // Put with no lock held: it may be the last hold of a file of any kind.
        final OpenFile file = caller.files().hold(containerFd);
        try {
            if (!(file instanceof VfioContainer target)) {
                throw VfioException.invalid("containerFd=" + containerFd + " is not a container");
            }
            join(target);
        } finally {
            file.put();
        }
    }

    private void requireNoContainer() {
        synchronized (lock) {
            if (containerUsers != 0) {
                throw VfioException.invalid("group " + iommuGroup.id() + " is in a container already");
            }
        }
    }

    private void join(final VfioContainer target) {
        synchronized (lock) {
            requireNoContainer();
            if (!opened) {
                throw VfioException.invalid("the file of group " + iommuGroup.id() + " is closed");
            }
            target.attach(this);
            container = target;
            containerUsers = 1;
        }
    }

    void unsetContainer() {
        synchronized (lock) {
            if (containerUsers == 0) {
                throw VfioException.invalid("group " + iommuGroup.id() + " is in no container");
            }
            if (containerUsers != 1) {
                throw new VfioException(
                        Errno.EBUSY,
                        "group " + iommuGroup.id() + " has " + (containerUsers - 1) + " other container users");
            }
            dropUser();
        }
    }

    /** Counts a container user, if the group can be used: it is in a container that has a driver, and viable. */
    void addContainerUser() {
        synchronized (lock) {
            if (containerUsers == 0) {
                throw VfioException.invalid("group " + iommuGroup.id() + " is in no container");
            }
            if (!container.hasIommu()) {
                throw VfioException.invalid("the container of group " + iommuGroup.id() + " has no IOMMU driver");
            }
            if (!viable()) {
                throw VfioException.invalid("group " + iommuGroup.id() + " is not viable");
            }
            containerUsers++;
        }
    }

    void dropContainerUser() {
        synchronized (lock) {
            dropUser();
        }
    }

    /** Gives up a container user; nothing happens if there is none. The last one takes the group out of its container. */
    private void dropUser() {
        if (containerUsers == 0 || --containerUsers != 0) {
            return;
        }
        final VfioContainer left = container;
        container = null;
        left.detach(this);
        lock.notifyAll();
    }

    /** {@return the device of a name with a reference} */
    VfioDevice getDevice(final String name) {
        synchronized (lock) {
            for (final VfioDevice device : devices) {
                if (device.ops().match(device.data(), device.hostDevice(), name)) {
                    return device.get();
                }
            }
        }
        throw new VfioException(Errno.ENODEV, "group " + iommuGroup.id() + " has no device " + name);
    }
}
