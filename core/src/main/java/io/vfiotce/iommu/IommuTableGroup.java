package io.vfiotce.iommu;

import io.vfiotce.tce.IommuTable;

/**
 * The DMA windows of an IOMMU group on a TCE platform: two slots for tables.
 *
 * @threads any; every method is synchronized
 * @source Linux struct iommu_table_group
 */
public abstract class IommuTableGroup {
    /** Most windows of a group. */
    public static final int MAX_TABLES = 2;

    private final IommuTable[] tables = new IommuTable[MAX_TABLES];

    /** Creates a group without windows. */
    protected IommuTableGroup() {}

    /**
     * The table of a window.
     *
     * @param slot 0 or 1
     * @return the table, null if the slot is empty
     */
    public final synchronized IommuTable table(final int slot) {
        return tables[slot];
    }

    /**
     * Puts a table into a slot.
     *
     * @param slot 0 or 1
     * @param table the table, null to empty the slot
     */
    protected final synchronized void table(final int slot, final IommuTable table) {
        tables[slot] = table;
    }
}
