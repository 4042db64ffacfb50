package io.vfiotce.vfio;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.OpenFile;

/**
 * How a part of the kernel other than VFIO, such as KVM, uses a group that user space set up.
 *
 * <ol>
 *   <li>User space opens a container, puts the group in and chooses an IOMMU driver.
 *   <li>It hands the group's file to the external user, which calls {@link #getExternalUser}: from now on the group stays in
 *       its container, whatever user space closes.
 *   <li>The external user asks for the {@linkplain #iommuId IOMMU group} and works with it.
 *   <li>It calls {@link #putExternalUser}.
 * </ol>
 *
 * @threads any but an online vCPU; the caller holds no lock that an IOMMU driver takes
 * @source Linux drivers/vfio/vfio.c
 */
public final class VfioExternalUser {
    private VfioExternalUser() {}

    /**
     * Starts using a group.
     *
     * @param file a file that the caller holds during the call
     * @return the group; give it back with {@link #putExternalUser}
     * @throws VfioException EINVAL if the file is not a group, the group is in no container, the container has no IOMMU driver
     *     or the group is not viable; nothing is counted then
     * @source Linux vfio_group_get_external_user()
     */
    public static VfioGroup getExternalUser(final OpenFile file) {
        if (!(file instanceof VfioGroupFile groupFile)) {
            throw VfioException.invalid("the file is not a VFIO group");
        }
        final VfioGroup group = groupFile.group();
        group.addContainerUser();
        group.get();
        return group;
    }

    /**
     * Starts using the group of a device.
     *
     * @param vfio where to look
     * @param device the host's device
     * @return the group; give it back with {@link #putExternalUser}
     * @throws VfioException ENODEV if the device is in no group of VFIO, else as {@link #getExternalUser}
     * @source Linux vfio_group_get_external_user_from_dev()
     */
    public static VfioGroup getExternalUserFromDev(final Vfio vfio, final HostDevice device) {
        final VfioGroup group = vfio.getGroup(device);
        if (group == null) {
            throw new VfioException(Errno.ENODEV, device.name() + " is in no group of VFIO");
        }
        try {
            group.addContainerUser();
        } catch (final VfioException e) {
            group.put();
            throw e;
        }
        return group;
    }

    /**
     * Ends using a group; if nothing else uses its container, the group leaves it.
     *
     * @param group what {@link #getExternalUser} returned, once for each time that it did
     * @source Linux vfio_group_put_external_user()
     */
    public static void putExternalUser(final VfioGroup group) {
        group.dropContainerUser();
        group.put();
    }

    /**
     * The number of the IOMMU group.
     *
     * @param group a group in use
     * @return the number
     * @source Linux vfio_external_user_iommu_id()
     */
    public static int iommuId(final VfioGroup group) {
        return group.iommuGroup().id();
    }

    /**
     * Tells whether a file is of a group, whatever state the group is in.
     *
     * @param group a group
     * @param file any file
     * @return true if it is a file of this group
     * @source Linux vfio_external_group_match_file()
     */
    public static boolean matchFile(final VfioGroup group, final OpenFile file) {
        return file instanceof VfioGroupFile groupFile && groupFile.group() == group;
    }

    /**
     * Asks whether the group's container has an extension.
     *
     * @param group a group in use
     * @param extension see {@link VfioExtension}
     * @return positive if it has
     * @throws VfioException ENODEV if the group is in no container, which means that it is not in use
     * @throws io.vfiotce.linux.LinuxException if the driver refuses to answer
     * @source Linux vfio_external_check_extension()
     */
    public static long checkExtension(final VfioGroup group, final long extension) {
        final VfioContainer container = group.container();
        if (container == null) {
            throw new VfioException(Errno.ENODEV, "group " + group.iommuGroup().id() + " is in no container");
        }
        return container.checkExtension(extension);
    }
}
