package io.vfiotce.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * The safety invariant of DMA, checked against what the test's host memory says is pinned: every entry of every window that
 * devices reach points into pinned memory, and the count of each region is the number of entries that point into it. An
 * entry that outlived its window, its container or its region makes a count too high or points to memory that is not pinned.
 */
public final class HardwareAudit {
    private final UserProcess process;
    private final LongPredicate isPinned;

    /**
     * Creates an audit.
     *
     * @param process whose memory the windows map
     * @param isPinned whether the host page at a user address is pinned now
     */
    public HardwareAudit(final UserProcess process, final LongPredicate isPinned) {
        this.process = process;
        this.isPinned = isPinned;
    }

    /**
     * Checks everything. No call may be under way, no vCPU online.
     *
     * @param groups all groups that have windows over the process's memory
     */
    public void check(final Collection<IommuGroup> groups) {
        assertEquals(0, process.reclaimer().reclaim(), "what was removed still waits for a vCPU");
        final PinnedMemory pinned = process.pinnedMemory();
        final long[] entries = new long[MappedCounts.MAX_REGIONS];
        tables(groups).forEach(table -> countEntries(table, entries));
        for (final PinnedRegion region : pinned.regionsAcquire().regions()) {
            requirePinned(region.ua(), region.sizeBytes(), region.toString());
        }
        for (int index = 0; index < entries.length; index++) {
            assertEquals(entries[index], pinned.counts().sum(index), "mapped count of region " + index);
        }
    }

    private static Set<IommuTable> tables(final Collection<IommuGroup> groups) {
        final Set<IommuTable> tables = Collections.newSetFromMap(new IdentityHashMap<>());
        for (final IommuGroup group : groups) {
            final IommuTableGroup windows = group.tableGroup();
            for (int slot = 0; windows != null && slot < IommuTableGroup.MAX_TABLES; slot++) {
                if (windows.table(slot) != null) {
                    tables.add(windows.table(slot));
                }
            }
        }
        return tables;
    }

    private void countEntries(final IommuTable table, final long[] entries) {
        final PinnedMemory pinned = process.pinnedMemory();
        final long pageBytes = 1L << table.pageShift();
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            final long tce = table.hardwareTceAcquire(entry);
            final long ua = (tce & ~Tce.PERMISSIONS) - pinned.hpaOffsetBytes();
            final String where = "entry " + entry + " of " + table.geometry() + " with 0x" + Long.toHexString(tce);
            // Pages that are pinned one by one are pinned by their first host page, however large they are.
            requirePinned(ua, table.hasUserView() ? pageBytes : 1, where);
            if (table.hasUserView()) {
                final PinnedRegion region = pinned.regionsAcquire().find(ua, pageBytes);
                assertNotNull(region, () -> where + " points to no registered memory");
                entries[region.index()]++;
            }
        }
    }

    private void requirePinned(final long ua, final long bytes, final String what) {
        final long hostPage = 1L << process.hostPageShift();
        for (long page = ua & -hostPage; page - ua < bytes; page += hostPage) {
            assertTrue(isPinned.test(page), () -> what + ": not pinned");
        }
    }
}
