package io.vfiotce.kvm;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;

/**
 * Joins a LIOBN to the DMA window of an IOMMU group that serves it, and takes them apart again.
 *
 * <p>The hardware's pages may be smaller than the guest's, and its window longer, for IOMMU tables are padded to a whole host
 * page; both must start at the same bus address.
 *
 * @threads any; whoever calls holds the table's file, so that the LIOBN cannot go meanwhile
 */
final class TceTableAttachment {
    private TceTableAttachment() {}

    /**
     * Attaches the group's first window that fits.
     *
     * @param process the VM's process
     * @param table a table of the VM
     * @param group an IOMMU group
     * @throws LinuxException EFAULT if the group has no DMA windows at all, EINVAL if none fits or the one that does is being
     *     freed, EPERM if it is another process's, ENOTTY if it is attached but was removed from its container meanwhile
     * @source Linux kvm_spapr_tce_attach_iommu_group()
     */
    static void attach(final UserProcess process, final TceTable table, final IommuGroup group) {
        final IommuTableGroup windows = group.tableGroup();
        if (windows == null) {
            throw new LinuxException(Errno.EFAULT, "IOMMU group " + group.id() + " has no DMA windows");
        }
        final IommuTable hardware = firstFit(table.geometry(), windows);
        if (hardware == null) {
            throw new LinuxException(
                    Errno.EINVAL, "no DMA window of IOMMU group " + group.id() + " fits " + table.geometry());
        }
        if (!hardware.belongsTo(process)) {
            throw new LinuxException(
                    Errno.EPERM, "the DMA window of IOMMU group " + group.id() + " belongs to another process");
        }
        if (!table.attached().attach(hardware)) {
            final boolean linked = table.attached().references(hardware) != 0;
            throw new LinuxException(
                    linked ? Errno.ENOTTY : Errno.EINVAL,
                    "the DMA window of IOMMU group " + group.id() + " for " + table.geometry() + " is going away");
        }
    }

    private static IommuTable firstFit(final WindowGeometry window, final IommuTableGroup windows) {
        for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
            final IommuTable hardware = windows.table(slot);
            if (hardware != null && fits(window, hardware)) {
                return hardware;
            }
        }
        return null;
    }

    private static boolean fits(final WindowGeometry window, final IommuTable hardware) {
        return hardware.pageShift() <= window.pageShift()
                && hardware.geometry().startBytes() == window.startBytes()
                && Long.compareUnsigned(
                                hardware.sizePages() << hardware.pageShift(), window.sizePages() << window.pageShift())
                        >= 0;
    }

    /**
     * Releases, once for each LIOBN, the tables that are in the group's slots now. A table that was taken out of its slot
     * before stays linked until the LIOBN goes; it is dead by then, so no hypercall sees it.
     *
     * @param tables the tables of the VM
     * @param group an IOMMU group
     * @source Linux kvm_spapr_tce_release_iommu_group()
     */
    static void release(final LiobnDirectory tables, final IommuGroup group) {
        final IommuTableGroup windows = group.tableGroup();
        if (windows == null) {
            return;
        }
        for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
            final IommuTable hardware = windows.table(slot);
            if (hardware != null) {
                tables.all().forEach(table -> table.attached().release(hardware));
            }
        }
    }
}
