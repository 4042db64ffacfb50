package io.vfiotce.vfio;

import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;

/**
 * The file of a group: the ioctls that put it into a container and open its devices.
 *
 * @threads any but an online vCPU, which goes offline first: the locks of group and container are waited for, and who has them
 *     may wait in an IOMMU driver until every online vCPU has ended its call
 * @source Linux vfio_group_fops
 */
public final class VfioGroupFile extends OpenFile {
    private final VfioGroup group;

    VfioGroupFile(final VfioGroup group) {
        this.group = group;
    }

    /** {@return the group} */
    public VfioGroup group() {
        return group;
    }

    /**
     * Tells whether the group can be used and is in a container.
     *
     * @return {@link GroupStatusLayout#FLAG_VIABLE} and {@link GroupStatusLayout#FLAG_CONTAINER_SET}, or'ed
     * @source Linux VFIO_GROUP_GET_STATUS
     */
    public int getStatus() {
        return group.status();
    }

    /**
     * Puts the group into a container.
     *
     * @param caller whose file descriptor it is
     * @param containerFd file descriptor of a container
     * @throws io.vfiotce.linux.LinuxException EINVAL if the descriptor is negative or not a container, or the group is in one
     *     already; EBADF if it is not open; what the container's driver says if it does not take the group
     * @source Linux vfio_group_set_container()
     */
    public void setContainer(final UserProcess caller, final int containerFd) {
        group.setContainer(caller, containerFd);
    }

    /**
     * Takes the group out of its container.
     *
     * @throws VfioException EINVAL if it is in none, EBUSY if a device is open or an external user has the group
     * @source Linux vfio_group_unset_container()
     */
    public void unsetContainer() {
        group.unsetContainer();
    }

    /**
     * Opens a device of the group.
     *
     * @param caller whose file descriptor it is
     * @param name the device's name
     * @return the descriptor of a {@link VfioDeviceFile}
     * @throws io.vfiotce.linux.LinuxException EINVAL if the group is in no container, the container has no driver or the
     *     group is not viable; ENODEV if there is no such device; what the device says if it cannot be opened; EMFILE
     * @source Linux vfio_group_get_device_fd()
     */
    public int getDeviceFd(final UserProcess caller, final String name) {
        // Counted before the device is opened, so that the group stays in its container until the file is there.
        group.addContainerUser();
        VfioDeviceFile file = null;
        try {
            file = openDevice(group.getDevice(name));
        } finally {
            if (file == null) {
                group.dropContainerUser();
            }
        }
        boolean installed = false;
        try {
            final int fd = caller.files().install(file);
            installed = true;
            return fd;
        } finally {
            if (!installed) {
                file.put();
            }
        }
    }

    private static VfioDeviceFile openDevice(final VfioDevice device) {
        boolean open = false;
        try {
            device.ops().open(device.data());
            open = true;
            return new VfioDeviceFile(device);
        } finally {
            if (!open) {
                device.put();
            }
        }
    }

    @Override
    protected void release() {
        group.closed();
    }
}
