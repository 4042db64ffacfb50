package io.vfiotce.iommu;

/**
 * A device of the host.
 *
 * @threads any
 * @source Linux struct device
 */
public final class HostDevice {
    private final String name;
    private volatile IommuGroup group;
    private volatile String driverName;
    private volatile Object driverData;

    /**
     * Creates a device that no driver is bound to and that is in no group.
     *
     * @param name its name on the bus, for example {@code "0000:01:00.0"}
     */
    public HostDevice(final String name) {
        this.name = name;
    }

    /** {@return the name on the bus} */
    public String name() {
        return name;
    }

    /** {@return the isolation group, null if there is none} */
    public IommuGroup group() {
        return group;
    }

    /** Enters a group; false, with nothing changed, if the device is in one. */
    synchronized boolean join(final IommuGroup newGroup) {
        if (group != null) {
            return false;
        }
        group = newGroup;
        return true;
    }

    synchronized void leave() {
        group = null;
    }

    /** {@return the name of the bound driver, null if none is} */
    public String driverName() {
        return driverName;
    }

    /**
     * Binds or unbinds a driver.
     *
     * @param name the driver, null for none
     */
    public void driverName(final String name) {
        driverName = name;
    }

    /** {@return what the driver keeps with the device, null if nothing} */
    public Object driverData() {
        return driverData;
    }

    /**
     * Keeps something with the device.
     *
     * @param data the driver's data, null for none
     * @source Linux dev_set_drvdata()
     */
    public void driverData(final Object data) {
        driverData = data;
    }
}
