package io.vfiotce.iommu;

/**
 * What a platform may or may not be able to do with a group's DMA windows.
 *
 * @source Linux struct iommu_table_group_ops
 */
public enum TableGroupOp {
    /** Hand the whole group over, {@link IommuTableGroup#takeOwnership}. */
    OWNERSHIP,
    /** Tell the shape of a table, {@link IommuTableGroup#geometry}. */
    TABLE_SIZE,
    /** Make a table, {@link IommuTableGroup#createTable}. */
    CREATE_TABLE,
    /** Open a window, {@link IommuTableGroup#setWindow}. */
    SET_WINDOW,
    /** Close a window, {@link IommuTableGroup#unsetWindow}. */
    UNSET_WINDOW
}
