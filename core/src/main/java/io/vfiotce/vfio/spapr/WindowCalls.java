package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.iommu.TableGroupOp;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.vfio.spapr.SpaprContainer.Attachment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Windows of version 2: TCE_CREATE, TCE_REMOVE, and the default window, which is made when it is first needed.
 *
 * <p>A window ends in two steps. At once it leaves its slot, the groups and the account, so that no device, no ioctl and no
 * new hypercall reaches it. When the hypercalls that run now have ended, its entries are cleared and it is freed.
 *
 * @threads any, with the container's monitor held
 * @source Linux tce_iommu_create_window(), tce_iommu_remove_window(), tce_iommu_create_default_window()
 */
final class WindowCalls {
    private static final int DEFAULT_PAGE_SHIFT = 12;
    private static final int DEFAULT_LEVELS = 1;
    private static final Set<TableGroupOp> NEEDED = EnumSet.of(
            TableGroupOp.TABLE_SIZE, TableGroupOp.CREATE_TABLE, TableGroupOp.SET_WINDOW, TableGroupOp.UNSET_WINDOW);

    private final SpaprContainer container;

    WindowCalls(final SpaprContainer container) {
        this.container = container;
    }

    /** Makes the default window if it is still to be made. */
    void createPending() {
        if (!container.defaultWindowPending) {
            return;
        }
        final IommuTableGroup first = container.groups.isEmpty() ? null : container.first();
        if (first == null) {
            throw SpaprContainer.refuse(Errno.ENODEV, "no group to make the default window for");
        }
        createWindow(DEFAULT_PAGE_SHIFT, first.defaultWindowSizeBytes(), DEFAULT_LEVELS);
        container.defaultWindowPending = false;
    }

    /** {@return the new window's bus address} */
    long create(
            final UserProcess caller,
            final int flags,
            final int pageShift,
            final long windowSizeBytes,
            final int levels) {
        container.bind(caller);
        container.requireGroups();
        SpaprContainer.requireNoFlags(flags);
        createPending();
        return createWindow(pageShift, windowSizeBytes, levels).geometry().startBytes();
    }

    private IommuTable createWindow(final int pageShift, final long windowSizeBytes, final int levels) {
        final int slot = freeSlot();
        final IommuTableGroup first = container.first();
        if (first == null) {
            throw SpaprContainer.refuse(Errno.EFAULT, "the platform does not know the group");
        }
        if (Integer.compareUnsigned(pageShift, Long.SIZE) >= 0 || (first.pageSizes() & 1L << pageShift) == 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, "pageShift=" + pageShift + " is not offered");
        }
        if (!first.ops().containsAll(NEEDED)) {
            throw SpaprContainer.refuse(Errno.EPERM, "the platform cannot make windows");
        }
        final IommuTableGeometry geometry =
                first.geometry(slot, pageShift, windowSizeBytes, levels, container.process.hostPageShift());
        if (!geometry.isValid()) {
            throw SpaprContainer.refuse(Errno.EINVAL, "no table can be made for " + geometry);
        }
        final long pages = pages(geometry);
        if (!container.process.lockedMemory().charge(pages)) {
            throw SpaprContainer.refuse(Errno.ENOMEM, pages + " pages are over the locked-memory limit");
        }
        // The platform may throw what it likes: the charge must not stay.
        boolean ready = false;
        try {
            container.tables[slot] = createAndSet(first, slot, geometry);
            ready = true;
        } catch (final LinuxException e) {
            throw SpaprContainer.refuse(e);
        } finally {
            if (!ready) {
                container.process.lockedMemory().uncharge(pages);
            }
        }
        return container.tables[slot];
    }

    private IommuTable createAndSet(final IommuTableGroup first, final int slot, final IommuTableGeometry geometry) {
        final IommuTable table = first.createTable(container.process, geometry);
        int set = 0;
        try {
            for (; set < container.groups.size(); set++) {
                container.groups.get(set).tableGroup().setWindow(slot, table);
            }
        } catch (final RuntimeException | Error e) {
            table.die();
            container
                    .groups
                    .subList(0, set)
                    .forEach(attachment -> attachment.tableGroup().unsetWindow(slot));
            container.process.reclaimer().defer(clearing(table, container.process.pinnedMemory()));
            throw e;
        }
        return table;
    }

    private int freeSlot() {
        for (int slot = 0; slot < container.tables.length; slot++) {
            if (container.tables[slot] == null) {
                return slot;
            }
        }
        throw SpaprContainer.refuse(Errno.ENOSPC, "the container has all its windows");
    }

    private long pages(final IommuTableGeometry geometry) {
        return geometry.accountedBytes() >>> container.process.hostPageShift();
    }

    /**
     * Takes a window away. What is left of it is freed after a grace period, which the caller awaits without the monitor.
     *
     * @return false if there was nothing to take away but the promise of a default window
     */
    boolean remove(final UserProcess caller, final int flags, final long startAddress) {
        container.bind(caller);
        container.requireGroups();
        SpaprContainer.requireNoFlags(flags);
        if (container.defaultWindowPending && startAddress == 0) {
            container.defaultWindowPending = false;
            return false;
        }
        final int slot = container.slotOf(startAddress);
        if (slot < 0) {
            throw SpaprContainer.refuse(
                    Errno.EINVAL, "no window holds bus address 0x" + Long.toHexString(startAddress));
        }
        for (final Attachment attachment : container.groups) {
            if (!attachment.tableGroup().ops().contains(TableGroupOp.UNSET_WINDOW)) {
                throw SpaprContainer.refuse(Errno.EPERM, "the platform cannot remove windows");
            }
        }
        container.process.reclaimer().defer(takeOut(slot));
        return true;
    }

    /** Takes a window out of its slot; the result is to be run after a grace period, without the monitor. */
    Runnable takeOut(final int slot) {
        final IommuTable table = container.tables[slot];
        container.tables[slot] = null;
        table.die();
        container.groups.forEach(attachment -> attachment.tableGroup().unsetWindow(slot));
        container.process.lockedMemory().uncharge(pages(table.geometry()));
        return clearing(table, container.process.pinnedMemory());
    }

    private static Runnable clearing(final IommuTable table, final PinnedMemory memory) {
        return () -> {
            PinnedMappings.unmap(table, memory, 0, table.sizePages());
            table.put();
        };
    }
}
