package io.vfiotce.dma;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;

/**
 * Which windows a device sees: those of one or two LIOBNs, as the guest wrote them, or those of an IOMMU group, as the hardware
 * has them. They come and go; this says only where to look.
 */
final class DmaView {
    private final long[] liobns;
    private final IommuTableGroup tableGroup;
    private final int groupId;
    private final long targetDistance;

    private DmaView(
            final long[] liobns, final IommuTableGroup tableGroup, final int groupId, final long targetDistance) {
        this.liobns = liobns;
        this.tableGroup = tableGroup;
        this.groupId = groupId;
        this.targetDistance = targetDistance;
    }

    static DmaView of(final long... liobns) {
        if (liobns.length == 0 || liobns.length > IommuTableGroup.MAX_TABLES) {
            throw new IllegalArgumentException(liobns.length + " LIOBNs are not 1 or 2");
        }
        return new DmaView(liobns.clone(), null, -1, 0);
    }

    /** The view of a group; host physical addresses lead back to user addresses by {@link HostMemory#hpaOffsetBytes}. */
    static DmaView of(final IommuGroup group, final long hpaOffsetBytes) {
        final IommuTableGroup tableGroup = group.tableGroup();
        if (tableGroup == null) {
            throw new IllegalArgumentException("IOMMU group " + group.id() + " has no TCE tables");
        }
        return new DmaView(new long[0], tableGroup, group.id(), hpaOffsetBytes);
    }

    /** Whether it is the hardware view, whose TCEs lead to user addresses and not to guest physical ones. */
    boolean isHardware() {
        return tableGroup != null;
    }

    /** What to take off a TCE's page address. */
    long targetDistance() {
        return targetDistance;
    }

    /** The window of a slot at this moment, {@link DmaWindow#NONE} if there is none. */
    DmaWindow window(final DmaSpace space, final int slot) {
        if (isHardware()) {
            final IommuTable table = tableGroup.tableAcquire(slot);
            // Frees of another process's table do not wait for readers of this one.
            return table == null || !table.belongsTo(space.process())
                    ? DmaWindow.NONE
                    : DmaWindow.of(table, space.dirtyLog().groupMarker(groupId));
        }
        final TceTable table = slot < liobns.length ? space.find(liobns[slot]) : null;
        if (table == null) {
            return DmaWindow.NONE;
        }
        final DirtyMarker marker = space.dirtyLog().windowMarker(table.liobn());
        return table.userspaceSide().isBypassed() ? DmaWindow.bypass(marker) : DmaWindow.of(table, marker);
    }
}
