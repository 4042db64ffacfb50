package io.vfiotce.tools.replay;

import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.RegionSet;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what two paths leave behind VFIO: IOMMU tables entry by entry, mapped counts, failed notifications. */
final class HardwareComparison {
    private HardwareComparison() {}

    /** Compares; no vCPU is online. */
    static HardwareResult compare(final PathRun fast, final PathRun slow, final Mismatches mismatches) {
        final Collection<TceTable> windows = fast.tables().values();
        long entries = 0;
        int tables = 0;
        for (final TceTable window : windows) {
            final List<IommuTable> ofFast = fast.passThrough().tablesOf(window.liobn());
            final List<IommuTable> ofSlow = slow.passThrough().tablesOf(window.liobn());
            tables += ofFast.size();
            entries += compareTables(window.liobn(), ofFast, ofSlow, mismatches);
        }
        final List<PinnedRegion> regions = fast.pinnedMemory().regionsAcquire().regions();
        final long mapped = compareCounts(fast, slow, mismatches);
        if (fast.failedNotifications() != slow.failedNotifications()) {
            mismatches.add("notifications that a container refused: fast " + fast.failedNotifications() + ", slow "
                    + slow.failedNotifications());
        }
        return new HardwareResult(
                fast.passThrough().groupCount(),
                fast.passThrough().containerCount(),
                tables,
                entries,
                regions.size(),
                mapped,
                fast.failedNotifications());
    }

    /** Compares the tables behind a window; returns how many entries. */
    static long compareTables(
            final long liobn, final List<IommuTable> fast, final List<IommuTable> slow, final Mismatches mismatches) {
        if (fast.size() != slow.size()) {
            mismatches.add("liobn=0x" + Long.toHexString(liobn) + " has " + fast.size()
                    + " IOMMU tables on the fast path, " + slow.size() + " on the slow path");
            return 0;
        }
        long entries = 0;
        for (int t = 0; t < fast.size(); t++) {
            entries += compareTable(liobn, t, fast.get(t), slow.get(t), mismatches);
        }
        return entries;
    }

    private static long compareTable(
            final long liobn,
            final int number,
            final IommuTable fast,
            final IommuTable slow,
            final Mismatches mismatches) {
        if (!fast.geometry().equals(slow.geometry())) {
            mismatches.add("liobn=0x" + Long.toHexString(liobn) + " table " + number + ": fast " + fast.geometry()
                    + ", slow " + slow.geometry());
            return 0;
        }
        long entry = 0;
        while (entry < fast.sizePages()) {
            final long fastLeaf = fast.leafAddressAcquire(entry);
            final long slowLeaf = slow.leafAddressAcquire(entry);
            if (fastLeaf == 0 && slowLeaf == 0) {
                entry = Math.min(fast.afterAbsent(entry), slow.afterAbsent(entry));
                continue;
            }
            if (fastLeaf == slowLeaf) {
                mismatches.add(where(liobn, number, entry) + ": the paths share the word");
            }
            compareEntry(liobn, number, entry, fast, slow, mismatches);
            entry++;
        }
        return fast.sizePages();
    }

    private static void compareEntry(
            final long liobn,
            final int number,
            final long entry,
            final IommuTable fast,
            final IommuTable slow,
            final Mismatches mismatches) {
        final long fastWord = fast.hardwareTceAcquire(entry);
        final long slowWord = slow.hardwareTceAcquire(entry);
        if (fastWord != slowWord) {
            mismatches.add(where(liobn, number, entry) + ": fast 0x" + Long.toHexString(fastWord) + ", slow 0x"
                    + Long.toHexString(slowWord));
        }
    }

    /** Compares each region's count with the other path's, and with the entries that point into it. Returns their sum. */
    private static long compareCounts(final PathRun fast, final PathRun slow, final Mismatches mismatches) {
        final List<PinnedRegion> regions = fast.pinnedMemory().regionsAcquire().regions();
        final int slowRegions = slow.pinnedMemory().regionsAcquire().regions().size();
        if (regions.size() != slowRegions) {
            mismatches.add("registered regions: fast " + regions.size() + ", slow " + slowRegions);
        }
        final Map<PinnedRegion, Long> pointing = pointing(fast, mismatches);
        long all = 0;
        for (final PinnedRegion region : regions) {
            final PinnedRegion other = slow.pinnedMemory().findExact(region.ua(), region.pages());
            final long fastCount = count(fast, region);
            final long slowCount = other == null ? -1 : count(slow, other);
            final long entries = pointing.getOrDefault(region, 0L);
            all += fastCount;
            if (fastCount != slowCount || fastCount != entries) {
                mismatches.add("mapped count of " + region + ": fast " + fastCount + ", slow " + slowCount + "; "
                        + entries + " entries of the fast path point into it");
            }
        }
        return all;
    }

    private static long count(final PathRun path, final PinnedRegion region) {
        return path.pinnedMemory().counts().sum(region.index());
    }

    /** How many entries point into each region; one that points nowhere is a mismatch. */
    private static Map<PinnedRegion, Long> pointing(final PathRun path, final Mismatches mismatches) {
        final PinnedMemory memory = path.pinnedMemory();
        final RegionSet regions = memory.regionsAcquire();
        final Map<PinnedRegion, Long> counts = new HashMap<>();
        for (final TceTable window : path.tables().values()) {
            final List<IommuTable> tables = path.passThrough().tablesOf(window.liobn());
            for (int t = 0; t < tables.size(); t++) {
                final IommuTable table = tables.get(t);
                for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
                    final long hpa = Tce.pageAddress(table.hardwareTceAcquire(entry), table.pageShift());
                    final PinnedRegion region = regions.find(hpa - memory.hpaOffsetBytes(), 1L << table.pageShift());
                    if (region == null) {
                        mismatches.add(where(window.liobn(), t, entry) + ": points outside registered memory");
                    } else {
                        counts.merge(region, 1L, Long::sum);
                    }
                }
            }
        }
        return counts;
    }

    static String where(final long liobn, final int table, final long entry) {
        return "liobn=0x" + Long.toHexString(liobn) + " table " + table + ", entry 0x" + Long.toHexString(entry);
    }
}
