package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.iommu.TableGroupOp;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.spapr.SpaprContainer.Attachment;

/**
 * Groups that come and go.
 *
 * @threads any, with the container's monitor held
 * @source Linux tce_iommu_attach_group(), tce_iommu_detach_group()
 */
final class GroupCalls {
    private final SpaprContainer container;

    GroupCalls(final SpaprContainer container) {
        this.container = container;
    }

    void attach(final IommuGroup group) {
        container.requireAlive();
        final IommuTableGroup tableGroup = group.tableGroup();
        if (tableGroup == null) {
            throw SpaprContainer.refuse(Errno.ENODEV, "group " + group.id() + " has no TCE tables");
        }
        final boolean owned = tableGroup.ops().contains(TableGroupOp.OWNERSHIP);
        if (!container.groups.isEmpty() && !owned) {
            throw SpaprContainer.refuse(Errno.EBUSY, "the platform allows one group in a container");
        }
        for (final Attachment other : container.groups) {
            if (other.group() == group) {
                throw SpaprContainer.refuse(Errno.EBUSY, "group " + group.id() + " is attached already");
            }
            if (!other.tableGroup().tableMaker().equals(tableGroup.tableMaker())) {
                throw SpaprContainer.refuse(Errno.EPERM, "groups of different platforms cannot share tables");
            }
        }
        try {
            if (owned) {
                takeGroup(tableGroup);
            } else {
                takeTables(tableGroup);
            }
        } catch (final LinuxException e) {
            throw SpaprContainer.refuse(e);
        }
        container.groups.add(0, new Attachment(group, tableGroup));
    }

    private void takeGroup(final IommuTableGroup tableGroup) {
        if (!container.isV2) {
            throw SpaprContainer.refuse(Errno.EPERM, "this platform needs sPAPR TCE v2");
        }
        if (!tableGroup.ops().contains(TableGroupOp.CREATE_TABLE)
                || !tableGroup.ops().contains(TableGroupOp.SET_WINDOW)) {
            throw SpaprContainer.refuse(Errno.EFAULT, "the platform cannot make windows");
        }
        tableGroup.takeOwnership();
        int slot = 0;
        try {
            for (; slot < container.tables.length; slot++) {
                if (container.tables[slot] != null) {
                    tableGroup.setWindow(slot, container.tables[slot]);
                }
            }
        } catch (final LinuxException e) {
            unsetWindows(tableGroup, slot);
            tableGroup.releaseOwnership();
            throw e;
        }
        if (container.groups.isEmpty() && container.tables[0] == null) {
            container.defaultWindowPending = true;
        }
    }

    private void unsetWindows(final IommuTableGroup tableGroup, final int end) {
        for (int slot = 0; slot < end; slot++) {
            if (container.tables[slot] != null) {
                tableGroup.unsetWindow(slot);
            }
        }
    }

    private void takeTables(final IommuTableGroup tableGroup) {
        if (container.isV2) {
            throw SpaprContainer.refuse(Errno.EPERM, "this platform needs sPAPR TCE v1");
        }
        int slot = 0;
        try {
            for (; slot < container.tables.length; slot++) {
                if (tableGroup.table(slot) != null) {
                    tableGroup.takeTable(slot);
                    container.tables[slot] = tableGroup.table(slot);
                }
            }
        } catch (final LinuxException e) {
            releaseTables(tableGroup);
            throw e;
        }
    }

    private void releaseTables(final IommuTableGroup tableGroup) {
        for (int slot = 0; slot < container.tables.length; slot++) {
            if (container.tables[slot] != null) {
                container.tables[slot] = null;
                tableGroup.releaseTable(slot);
            }
        }
    }

    void detach(final IommuGroup group) {
        for (final Attachment attachment : container.groups) {
            if (attachment.group() == group) {
                detach(attachment);
                return;
            }
        }
    }

    private void detach(final Attachment attachment) {
        container.groups.remove(attachment);
        if (container.isV2) {
            unsetWindows(attachment.tableGroup(), container.tables.length);
            attachment.tableGroup().releaseOwnership();
            return;
        }
        for (final IommuTable table : container.tables) {
            // Without a process nothing was ever mapped.
            if (table != null && container.process != null) {
                container.clear(table, 0, table.sizePages());
            }
        }
        releaseTables(attachment.tableGroup());
    }

    void detachAll() {
        while (!container.groups.isEmpty()) {
            detach(container.groups.get(0));
        }
    }
}
