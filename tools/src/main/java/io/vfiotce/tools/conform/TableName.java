package io.vfiotce.tools.conform;

/**
 * Names an IOMMU table of a scenario.
 *
 * @param liobn logical I/O bus number
 * @param table the scenario's name for the table, unique within the LIOBN
 */
record TableName(long liobn, long table) {
    @Override
    public String toString() {
        return Long.toHexString(liobn) + " " + Long.toHexString(table);
    }
}
