package io.vfiotce.kvm;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.TceTable;
import io.vfiotce.vfio.VfioExternalUser;
import io.vfiotce.vfio.VfioGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * The device by which user space tells a VM about VFIO groups: the VM becomes an external user of each, and the hypercalls
 * then reach the group's hardware tables directly.
 *
 * <p>Order for user space: create the table in the VM, {@link #groupAdd}, create the container's window of the same place,
 * {@link #setSpaprTce}. Closing the descriptor lets everything go.
 *
 * @threads any but an online vCPU, which goes offline first: VFIO's locks are waited for, and who has them may wait until
 *     every online vCPU has ended its call. The device's lock comes after the VM's and before those of VFIO. Files are put,
 *     groups taken and let go, and memory reclaimed, with no lock held
 * @source Linux virt/kvm/vfio.c
 */
public final class KvmVfioDevice extends OpenFile {
    private static final long VFIO_DMA_CC_IOMMU = 4;

    private static final class Entry {
        private final VfioGroup group;
        // Set by the first SET_SPAPR_TCE that succeeds, with a reference: without one there is nothing to release.
        private IommuGroup iommuGroup;

        Entry(final VfioGroup group) {
            this.group = group;
        }
    }

    private final Vm vm;
    private final List<Entry> entries = new ArrayList<>();
    private boolean noncoherent;
    private boolean released;

    KvmVfioDevice(final Vm vm) {
        this.vm = vm;
    }

    UserProcess process() {
        return vm.process();
    }

    /** {@return how many groups the device holds} */
    public synchronized int groupCount() {
        return entries.size();
    }

    /** {@return whether a group's DMA may bypass the caches, so that the guest must be allowed to flush them} */
    public synchronized boolean isNoncoherent() {
        return noncoherent;
    }

    /**
     * Makes the VM an external user of a group.
     *
     * @param groupFd descriptor of a VFIO group
     * @throws LinuxException EIO if the device is gone; EBADF; EINVAL or EPERM as {@link VfioExternalUser#getExternalUser}
     *     says; EEXIST if the group is here already. Nothing has changed then
     * @source Linux KVM_DEV_VFIO_GROUP_ADD
     */
    public void groupAdd(final int groupFd) {
        requireLive();
        final VfioGroup group = getExternalUser(groupFd);
        try {
            append(group);
        } catch (final RuntimeException | Error e) {
            VfioExternalUser.putExternalUser(group);
            throw e;
        }
    }

    private synchronized void append(final VfioGroup group) {
        // The descriptor may have been closed meanwhile: nobody would let the group go.
        requireLive();
        if (find(group) != null) {
            throw new LinuxException(Errno.EEXIST, "the VFIO group has been added already");
        }
        entries.add(new Entry(group));
        updateCoherency();
    }

    /**
     * Lets a group go, viable or not: its tables are released from every LIOBN of the VM.
     *
     * @param groupFd descriptor of a VFIO group
     * @throws LinuxException EIO if the device is gone, EBADF, ENOENT if the group is not here
     * @source Linux KVM_DEV_VFIO_GROUP_DEL
     */
    public void groupDel(final int groupFd) {
        requireLive();
        final OpenFile file = process().files().hold(groupFd);
        try {
            letGo(unlink(file));
        } finally {
            file.put();
        }
        process().reclaimer().reclaim();
    }

    private synchronized Entry unlink(final OpenFile file) {
        for (final Entry entry : entries) {
            if (VfioExternalUser.matchFile(entry.group, file)) {
                entries.remove(entry);
                releaseTables(entry);
                updateCoherency();
                return entry;
            }
        }
        throw new LinuxException(Errno.ENOENT, "the file is no VFIO group that was added");
    }

    /**
     * Attaches the group's DMA window to a LIOBN: hypercalls on the LIOBN update the hardware's table from now on. Attaching
     * the same once more counts, and takes one release more.
     *
     * @param groupFd descriptor of a VFIO group that was added
     * @param tableFd descriptor of a TCE table of this VM
     * @throws LinuxException in this order: EIO if the device is gone; EBADF for the group; EINVAL or EPERM as {@link
     *     VfioExternalUser#getExternalUser} says; EIO if the host has no such IOMMU group; ENOENT if the group was not added;
     *     EBADF for the table; EINVAL if it is no TCE table of this VM; EFAULT if the group has no DMA windows; EINVAL if none
     *     of them fits; ENOTTY if the one that fits was removed meanwhile
     * @source Linux KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE
     */
    public void setSpaprTce(final int groupFd, final int tableFd) {
        requireLive();
        final VfioGroup group = getExternalUser(groupFd);
        try {
            final IommuGroup iommuGroup = getIommuGroup(group);
            try {
                attach(group, iommuGroup, tableFd);
            } finally {
                iommuGroup.put();
            }
        } finally {
            VfioExternalUser.putExternalUser(group);
        }
    }

    private IommuGroup getIommuGroup(final VfioGroup group) {
        final int id = VfioExternalUser.iommuId(group);
        final IommuGroup iommuGroup = vm.host() == null ? null : vm.host().get(id);
        if (iommuGroup == null) {
            throw new LinuxException(Errno.EIO, "the host of this VM has no IOMMU group " + id);
        }
        return iommuGroup;
    }

    private void attach(final VfioGroup group, final IommuGroup iommuGroup, final int tableFd) {
        OpenFile file = null;
        try {
            synchronized (this) {
                final Entry entry = find(group);
                if (entry == null) {
                    throw new LinuxException(Errno.ENOENT, "the VFIO group was not added");
                }
                file = process().files().hold(tableFd);
                final TceTable table = vm.requireTable(file, tableFd).table();
                TceTableAttachment.attach(process(), table, iommuGroup);
                if (entry.iommuGroup == null) {
                    iommuGroup.get();
                    entry.iommuGroup = iommuGroup;
                }
            }
        } finally {
            // With no lock held: it may be the last hold of a file of any kind.
            if (file != null) {
                file.put();
            }
        }
    }

    private VfioGroup getExternalUser(final int groupFd) {
        final OpenFile file = process().files().hold(groupFd);
        try {
            return VfioExternalUser.getExternalUser(file);
        } finally {
            file.put();
        }
    }

    private Entry find(final VfioGroup group) {
        for (final Entry entry : entries) {
            if (entry.group == group) {
                return entry;
            }
        }
        return null;
    }

    private void releaseTables(final Entry entry) {
        if (entry.iommuGroup != null) {
            TceTableAttachment.release(vm.tables(), entry.iommuGroup);
        }
    }

    private static void letGo(final Entry entry) {
        if (entry.iommuGroup != null) {
            entry.iommuGroup.put();
        }
        VfioExternalUser.putExternalUser(entry.group);
    }

    private void updateCoherency() {
        noncoherent = !entries.stream().allMatch(entry -> isCoherent(entry.group));
    }

    private static boolean isCoherent(final VfioGroup group) {
        try {
            return VfioExternalUser.checkExtension(group, VFIO_DMA_CC_IOMMU) > 0;
        } catch (final LinuxException e) {
            // A driver that cannot say so is not.
            return false;
        }
    }

    synchronized void requireLive() {
        if (released) {
            throw new LinuxException(Errno.EIO, "the KVM-VFIO device is closed");
        }
    }

    @Override
    protected void release() {
        final List<Entry> all;
        synchronized (this) {
            released = true;
            all = List.copyOf(entries);
            all.forEach(this::releaseTables);
            entries.clear();
            updateCoherency();
        }
        all.forEach(KvmVfioDevice::letGo);
        vm.deviceClosed();
        process().reclaimer().reclaim();
    }
}
