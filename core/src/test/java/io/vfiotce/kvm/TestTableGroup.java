package io.vfiotce.kvm;

import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.tce.IommuTable;

/** Two slots that a test fills and empties. */
final class TestTableGroup extends IommuTableGroup {
    void set(final int slot, final IommuTable table) {
        table(slot, table);
    }
}
