package io.vfiotce.vfio;

import io.vfiotce.iommu.HostDevice;

/**
 * A device that a VFIO bus driver registered. It is referenced by its registration, by each open file descriptor and by
 * whoever looked it up; each of these references also holds the group.
 *
 * @threads any; the counter is guarded by the group's lock
 * @source Linux struct vfio_device
 */
public final class VfioDevice {
    private final VfioGroup group;
    private final HostDevice hostDevice;
    private final VfioDeviceOps ops;
    private final Object data;
    private int references = 1;
    private boolean unregistered;
    private int failedRequests;

    VfioDevice(final VfioGroup group, final HostDevice hostDevice, final VfioDeviceOps ops, final Object data) {
        this.group = group;
        this.hostDevice = hostDevice;
        this.ops = ops;
        this.data = data;
    }

    /**
     * {@return the data that the bus driver registered the device with}
     *
     * @source Linux vfio_device_data()
     */
    public Object data() {
        return data;
    }

    /** {@return the host's device} */
    public HostDevice hostDevice() {
        return hostDevice;
    }

    /** {@return the group that the device is in} */
    public VfioGroup group() {
        return group;
    }

    /** {@return how often the bus driver threw when it was asked to let its user know that the device goes} */
    public int failedRequests() {
        synchronized (group.lock()) {
            return failedRequests;
        }
    }

    void countFailedRequest() {
        synchronized (group.lock()) {
            failedRequests++;
        }
    }

    VfioDeviceOps ops() {
        return ops;
    }

    /**
     * Gives back a reference that {@link Vfio#getFromDev} took.
     *
     * @throws IllegalStateException if there is none left
     * @source Linux vfio_device_put()
     */
    public void put() {
        synchronized (group.lock()) {
            if (references == 0) {
                throw new IllegalStateException(hostDevice.name() + " has no reference to give back");
            }
            if (--references == 0) {
                group.forget(this);
            }
        }
        group.put();
    }

    /** {@return references held now} */
    public int references() {
        synchronized (group.lock()) {
            return references;
        }
    }

    /** Takes a reference; the caller holds the group's lock and found the device in the group. */
    VfioDevice get() {
        references++;
        group.get();
        return this;
    }

    /** Takes a reference unless the last one is gone. */
    boolean tryGet() {
        synchronized (group.lock()) {
            if (references == 0) {
                return false;
            }
            get();
            return true;
        }
    }

    /** Starts the end of the registration, once; the caller holds the group's lock. */
    boolean unregister() {
        final boolean first = !unregistered;
        unregistered = true;
        return first;
    }
}
