package io.vfiotce.iommu;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.IommuTable;

/**
 * A group whose windows are ready-made and cannot be changed: before POWER8, or in a partition.
 *
 * @threads any; the tables' users are guarded by the group's monitor
 * @source Linux iommu_take_ownership(), struct iommu_table.it_map
 */
public final class Ioda1TableGroup extends IommuTableGroup {
    // Mappings that the kernel has for a driver of the host.
    private final long[] kernelMappings = new long[MAX_TABLES];
    private final boolean[] taken = new boolean[MAX_TABLES];

    /**
     * Creates a group.
     *
     * @param tables one or two tables without a user-address view, slot 0 first, which stay the caller's; null for an empty
     *     slot
     */
    public Ioda1TableGroup(final IommuTable... tables) {
        for (int slot = 0; slot < tables.length; slot++) {
            table(slot, tables[slot]);
        }
    }

    @Override
    public long defaultWindowStartBytes() {
        return table(0) == null ? 0 : table(0).geometry().startBytes();
    }

    @Override
    public long defaultWindowSizeBytes() {
        return table(0) == null ? 0 : table(0).sizePages() << table(0).pageShift();
    }

    @Override
    public synchronized void takeTable(final int slot) {
        if (taken[slot] || kernelMappings[slot] != 0) {
            throw new LinuxException(Errno.EBUSY, "entries of table " + slot + " are in use");
        }
        taken[slot] = true;
    }

    @Override
    public synchronized void releaseTable(final int slot) {
        taken[slot] = false;
    }

    /**
     * Whether a table is in the hands of a container.
     *
     * @param slot 0 or 1
     * @return true between {@link #takeTable} and {@link #releaseTable}
     */
    public synchronized boolean isTaken(final int slot) {
        return taken[slot];
    }

    /**
     * Lets a driver of the host use entries of a table, or use them no more.
     *
     * @param slot 0 or 1
     * @param entries how many more; negative for fewer
     * @throws IllegalStateException if the table is taken
     */
    public synchronized void useByKernel(final int slot, final long entries) {
        if (taken[slot]) {
            throw new IllegalStateException("table " + slot + " belongs to a container");
        }
        kernelMappings[slot] += entries;
    }
}
