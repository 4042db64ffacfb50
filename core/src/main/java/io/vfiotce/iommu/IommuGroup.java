package io.vfiotce.iommu;

import java.util.ArrayList;
import java.util.List;

/**
 * Devices that the IOMMU cannot tell apart: the smallest unit that can be given to a guest.
 *
 * @threads any; every method is synchronized
 * @source Linux struct iommu_group
 */
public final class IommuGroup {
    private final int id;
    private final List<HostDevice> devices = new ArrayList<>();
    private IommuTableGroup tableGroup;
    private DmaAperture dmaAperture = DmaAperture.DEFAULT;
    private int references;

    /**
     * Creates a group without devices.
     *
     * @param id the group's number
     */
    IommuGroup(final int id) {
        this.id = id;
    }

    /** {@return the group's number} */
    public int id() {
        return id;
    }

    /**
     * Adds a device that is in no group.
     *
     * @param device the device
     * @throws IllegalStateException if it is in a group already
     */
    public synchronized void add(final HostDevice device) {
        if (!device.join(this)) {
            throw new IllegalStateException(device.name() + " is in a group already");
        }
        devices.add(device);
    }

    /**
     * Removes a device; nothing happens if it is not in the group.
     *
     * @param device the device
     */
    public synchronized void remove(final HostDevice device) {
        if (devices.remove(device)) {
            device.leave();
        }
    }

    /** {@return the devices of this moment} */
    public synchronized List<HostDevice> devices() {
        return List.copyOf(devices);
    }

    /** {@return the group's DMA windows, null on a platform without TCE tables} */
    public synchronized IommuTableGroup tableGroup() {
        return tableGroup;
    }

    /**
     * Gives the group what a TCE platform knows of it.
     *
     * @param group its DMA windows, null for none
     * @source Linux iommu_group_set_iommudata()
     */
    public synchronized void tableGroup(final IommuTableGroup group) {
        tableGroup = group;
    }

    /** {@return what the IOMMU can do for the group on a platform without TCE tables} */
    public synchronized DmaAperture dmaAperture() {
        return dmaAperture;
    }

    /**
     * Says what the IOMMU can do for the group; {@link DmaAperture#DEFAULT} unless set. Containers look when the group is
     * attached.
     *
     * @param aperture what it can do
     */
    public synchronized void dmaAperture(final DmaAperture aperture) {
        dmaAperture = aperture;
    }

    /** Takes a reference. */
    public synchronized void get() {
        references++;
    }

    /** Gives a reference back. */
    public synchronized void put() {
        if (references == 0) {
            throw new IllegalStateException("group " + id + " has no reference to give back");
        }
        references--;
    }

    /** {@return references held now} */
    public synchronized int references() {
        return references;
    }
}
