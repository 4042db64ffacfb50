package io.vfiotce.iommu;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import java.util.Set;

/**
 * A group behind the I/O bridge of POWER8 and later: user space makes its own windows, the first at bus address 0, the
 * second at 2^59.
 *
 * <p>The kernel's own window is not a table here: nothing of the host does DMA. Only whether the kernel has it is kept.
 *
 * @threads any; ownership is guarded by the group's monitor
 * @source Linux arch/powerpc/platforms/powernv/pci-ioda.c: pnv_pci_ioda2_ops
 */
public class Ioda2TableGroup extends IommuTableGroup {
    /** Bus address of the second window. */
    public static final long SECOND_WINDOW_START_BYTES = 1L << 59;

    private static final long DEFAULT_WINDOW_SIZE_BYTES = 1L << 31;
    private static final long PAGE_SIZES = 1L << 12 | 1L << 16 | 1L << 24 | 1L << 28;

    private final long defaultWindowSizeBytes;
    private boolean owned;

    /** Creates a group with a default window of 2 GiB. */
    public Ioda2TableGroup() {
        this(DEFAULT_WINDOW_SIZE_BYTES);
    }

    /**
     * Creates a group.
     *
     * @param defaultWindowSizeBytes where the 32-bit MMIO space of the bus starts
     */
    public Ioda2TableGroup(final long defaultWindowSizeBytes) {
        this.defaultWindowSizeBytes = defaultWindowSizeBytes;
    }

    @Override
    public final Set<TableGroupOp> ops() {
        return Set.of(TableGroupOp.values());
    }

    @Override
    public final Object tableMaker() {
        return Ioda2TableGroup.class;
    }

    @Override
    public final long defaultWindowSizeBytes() {
        return defaultWindowSizeBytes;
    }

    @Override
    public final long pageSizes() {
        return PAGE_SIZES;
    }

    @Override
    public final int maxDynamicWindows() {
        return MAX_TABLES;
    }

    @Override
    public final int maxLevels() {
        return IommuTableGeometry.MAX_LEVELS;
    }

    @Override
    public final synchronized void takeOwnership() {
        if (owned) {
            throw new LinuxException(Errno.EBUSY, "the group belongs to another container");
        }
        owned = true;
    }

    @Override
    public final synchronized void releaseOwnership() {
        owned = false;
    }

    /** {@return whether the kernel has the group, with its own window and the 64-bit bypass of translation} */
    public final synchronized boolean isKernelOwned() {
        return !owned;
    }

    @Override
    public final IommuTableGeometry geometry(
            final int slot,
            final int pageShift,
            final long windowSizeBytes,
            final int levels,
            final int hostPageShift) {
        final long startBytes = slot == 0 ? defaultWindowStartBytes() : SECOND_WINDOW_START_BYTES;
        return new IommuTableGeometry(pageShift, startBytes, windowSizeBytes, levels, hostPageShift);
    }

    @Override
    public final IommuTable createTable(final UserProcess process, final IommuTableGeometry geometry) {
        try {
            return new IommuTable(process, geometry, true);
        } catch (final OutOfMemoryError e) {
            throw new LinuxException(Errno.ENOMEM, e.getMessage());
        }
    }

    @Override
    public final synchronized void setWindow(final int slot, final IommuTable table) {
        mapWindow(slot, table);
        link(slot, table);
    }

    @Override
    public final synchronized void unsetWindow(final int slot) {
        unlink(slot);
    }

    /**
     * Tells the firmware of a new window; a subclass may refuse. It is called with the locks of group and container held, and
     * must neither call the library nor take a lock that anybody holds while calling it.
     *
     * @param slot 0 or 1
     * @param table the window's table
     * @throws LinuxException what the firmware says
     * @source Linux opal_pci_map_pe_dma_window()
     */
    protected void mapWindow(final int slot, final IommuTable table) {
        // This firmware takes every window.
    }
}
