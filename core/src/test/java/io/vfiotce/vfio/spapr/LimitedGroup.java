package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.iommu.TableGroupOp;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import java.util.EnumSet;
import java.util.Set;

/** A group like {@link Ioda2TableGroup} on a platform that lacks some operations. */
final class LimitedGroup extends IommuTableGroup {
    private final Ioda2TableGroup whole = new Ioda2TableGroup();
    private final Set<TableGroupOp> ops;

    LimitedGroup(final Set<TableGroupOp> ops) {
        this.ops = EnumSet.copyOf(ops);
    }

    void forget(final TableGroupOp op) {
        ops.remove(op);
    }

    @Override
    public Set<TableGroupOp> ops() {
        return ops;
    }

    @Override
    public Object tableMaker() {
        return whole.tableMaker();
    }

    @Override
    public long defaultWindowSizeBytes() {
        return whole.defaultWindowSizeBytes();
    }

    @Override
    public long pageSizes() {
        return whole.pageSizes();
    }

    @Override
    public void takeOwnership() {
        whole.takeOwnership();
    }

    @Override
    public void releaseOwnership() {
        whole.releaseOwnership();
    }

    @Override
    public IommuTableGeometry geometry(
            final int slot, final int pageShift, final long size, final int levels, final int hostPageShift) {
        return whole.geometry(slot, pageShift, size, levels, hostPageShift);
    }

    @Override
    public IommuTable createTable(final UserProcess process, final IommuTableGeometry geometry) {
        return whole.createTable(process, geometry);
    }

    @Override
    public void setWindow(final int slot, final IommuTable table) {
        link(slot, table);
    }

    @Override
    public void unsetWindow(final int slot) {
        unlink(slot);
    }
}
