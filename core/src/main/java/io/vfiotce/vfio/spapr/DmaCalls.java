package io.vfiotce.vfio.spapr;

import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;

/**
 * MAP_DMA and UNMAP_DMA.
 *
 * @threads any, with the container's monitor held
 * @source Linux tce_iommu_ioctl(), tce_iommu_build(), tce_iommu_build_v2(), tce_iommu_clear()
 */
final class DmaCalls {
    /** What the ioctls return for a bus address that their range check refuses. */
    static final long RANGE_REFUSED = 1;

    private static final int KNOWN_FLAGS = (int) Tce.PERMISSIONS;

    private final SpaprContainer container;
    private final WindowCalls windows;

    DmaCalls(final SpaprContainer container, final WindowCalls windows) {
        this.container = container;
        this.windows = windows;
    }

    /** {@return 0 or {@link #RANGE_REFUSED}} */
    long map(final UserProcess caller, final int flags, final long vaddr, final long iova, final long sizeBytes) {
        container.requireEnabled(caller);
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, "unknown flags in 0x" + Integer.toHexString(flags));
        }
        final IommuTable table = tableOf(iova);
        if (isMisaligned(sizeBytes | vaddr, table)) {
            throw SpaprContainer.refuse(Errno.EINVAL, "size or user address is no multiple of the I/O page");
        }
        if (flags == 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, "neither read nor write");
        }
        if (isMisaligned(iova, table)) {
            return RANGE_REFUSED;
        }
        final long first = table.entry(iova);
        final long pages = sizeBytes >>> table.pageShift();
        if (Long.compareUnsigned(pages, table.sizePages() - first) > 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, pages + " pages reach beyond the window");
        }
        mapPages(table, first, pages, vaddr, flags);
        return 0;
    }

    private void mapPages(
            final IommuTable table, final long first, final long pages, final long vaddr, final long permissions) {
        for (long page = 0; page < pages; page++) {
            final long ua = vaddr + (page << table.pageShift());
            final Errno refused = container.mapper.map(container.process, table, first + page, ua, permissions);
            if (refused != null) {
                container.clear(table, first, page);
                throw SpaprContainer.refuse(refused, "user address 0x" + Long.toHexString(ua) + " cannot be mapped");
            }
        }
        table.invalidate(first, pages);
    }

    /** {@return 0 or {@link #RANGE_REFUSED}} */
    long unmap(final UserProcess caller, final int flags, final long iova, final long sizeBytes) {
        container.requireEnabled(caller);
        SpaprContainer.requireNoFlags(flags);
        final IommuTable table = tableOf(iova);
        if (isMisaligned(sizeBytes, table)) {
            throw SpaprContainer.refuse(Errno.EINVAL, "the size is no multiple of the I/O page");
        }
        final long first = table.entry(iova);
        final long pages = sizeBytes >>> table.pageShift();
        if (isMisaligned(iova, table) || Long.compareUnsigned(pages, table.sizePages() - first) > 0) {
            return RANGE_REFUSED;
        }
        container.clear(table, first, pages);
        return 0;
    }

    private IommuTable tableOf(final long iova) {
        windows.createPending();
        final int slot = container.slotOf(iova);
        if (slot < 0) {
            throw SpaprContainer.refuse(Errno.ENXIO, "no window holds bus address 0x" + Long.toHexString(iova));
        }
        return container.tables[slot];
    }

    private static boolean isMisaligned(final long bytes, final IommuTable table) {
        return (bytes & ((1L << table.pageShift()) - 1)) != 0;
    }
}
