package io.vfiotce.tce;

import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.papr.Tce;

/**
 * Maps registered memory into IOMMU tables, and unmaps it, for everything but hypercalls.
 *
 * <p>The region whose count goes down is the one that the old word points into.
 *
 * @threads any but an online vCPU: mapping waits while it is being decided whether a region goes
 * @source Linux tce_iommu_build_v2(), tce_iommu_clear()
 */
public final class PinnedMappings {
    /** How mapping a page ended. */
    public enum Result {
        /** The page is mapped. */
        MAPPED,
        /** No region holds the page. */
        NO_REGION,
        /** The region's pages are smaller than the table's. */
        PAGE_TOO_SMALL,
        /** There is no memory for a level of the table. */
        NO_MEMORY
    }

    private PinnedMappings() {}

    /**
     * Maps one I/O page; what was mapped there before is unmapped.
     *
     * @param table the table
     * @param memory the process's regions
     * @param entry an entry of the table
     * @param ua user address of the page, aligned to it
     * @param permissions permission bits of a TCE, not 0
     * @return how it ended; nothing has changed unless {@link Result#MAPPED}
     */
    public static Result map(
            final IommuTable table,
            final PinnedMemory memory,
            final long entry,
            final long ua,
            final long permissions) {
        synchronized (memory) {
            final PinnedRegion region = openRegion(memory, ua, 1L << table.pageShift());
            if (region == null) {
                return Result.NO_REGION;
            }
            if (region.pageShift() < table.pageShift()) {
                return Result.PAGE_TOO_SMALL;
            }
            if (!table.makeResident(entry, 1)) {
                return Result.NO_MEMORY;
            }
            memory.counts().addShared(region.index(), 1);
            if ((permissions & Tce.WRITE) != 0) {
                region.markDirty(region.hpa() + (ua - region.ua()));
            }
            final long leaf = table.leafAddressAcquire(entry);
            final long old = table.exchange(leaf, entry, region.hpa() + (ua - region.ua()) | permissions);
            drop(memory, old);
            return Result.MAPPED;
        }
    }

    private static PinnedRegion openRegion(final PinnedMemory memory, final long ua, final long bytes) {
        PinnedRegion region = memory.regionsAcquire().find(ua, bytes);
        while (region != null && region.isClosing()) {
            if (region.isOrphan()) {
                return null;
            }
            memory.awaitVerdict(region);
            region = memory.regionsAcquire().find(ua, bytes);
        }
        return region;
    }

    /**
     * Unmaps a range; what is not mapped is passed over.
     *
     * @param table the table
     * @param memory the process's regions
     * @param first first entry
     * @param count number of entries
     */
    public static void unmap(final IommuTable table, final PinnedMemory memory, final long first, final long count) {
        final long end = first + count;
        long entry = first;
        while (entry < end) {
            final long leaf = table.leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = table.afterAbsent(entry);
                continue;
            }
            drop(memory, table.exchange(leaf, entry, 0));
            entry++;
        }
        memory.removeOrphans();
    }

    /** Counts down for a word that was replaced. */
    private static void drop(final PinnedMemory memory, final long old) {
        if ((old & Tce.PERMISSIONS) != 0) {
            final long hpa = old & ~Tce.PERMISSIONS;
            final PinnedRegion region = memory.regionsAcquire().find(hpa - memory.hpaOffsetBytes());
            if (region == null) {
                return;
            }
            memory.counts().addShared(region.index(), -1);
        }
    }
}
