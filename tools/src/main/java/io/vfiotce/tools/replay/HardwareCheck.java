package io.vfiotce.tools.replay;

import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import java.util.Arrays;
import java.util.List;

/**
 * Compares IOMMU tables with what the guest view says that they must hold.
 *
 * <p>A TCE with a permission whose page is guest memory maps each I/O page of it, for reading always, and for writing if it
 * says so. Every other entry is unmapped, with one exception: a page that is not guest memory cannot be mapped, and what was
 * there before stays.
 */
final class HardwareCheck {
    private final ReplayPlan plan;
    private final PassThrough passThrough;
    private final Mismatches mismatches;

    HardwareCheck(final ReplayPlan plan, final PassThrough passThrough, final Mismatches mismatches) {
        this.plan = plan;
        this.passThrough = passThrough;
        this.mismatches = mismatches;
    }

    /** Compares all entries of all tables behind a window. */
    void check(final TceTable window) {
        final List<IommuTable> tables = passThrough.tablesOf(window.liobn());
        checkAttached(window, tables);
        for (int t = 0; t < tables.size(); t++) {
            checkMapped(window, tables.get(t), t);
            checkUnmapped(window, tables.get(t), t);
        }
    }

    /** Hypercalls update the tables of the groups, all of them and no other. */
    private void checkAttached(final TceTable window, final List<IommuTable> tables) {
        final IommuTable[] attached = window.attached().liveAcquire();
        final List<IommuTable> seen = attached == null ? List.of() : Arrays.asList(attached);
        if (seen.size() != tables.size() || !seen.containsAll(tables)) {
            mismatches.add(window.geometry() + ": hypercalls update " + seen.size()
                    + " IOMMU tables, and its groups have " + tables.size());
        }
    }

    private void checkMapped(final TceTable window, final IommuTable table, final int number) {
        final int fanOutShift = window.pageShift() - table.pageShift();
        for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
            if (Tce.permissions(window.tceAcquire(entry)) != 0) {
                final long first = entry << fanOutShift;
                for (long page = first; page < first + (1L << fanOutShift); page++) {
                    checkEntry(window, table, number, page);
                }
            }
        }
    }

    private void checkUnmapped(final TceTable window, final IommuTable table, final int number) {
        final int fanOutShift = window.pageShift() - table.pageShift();
        long page = 0;
        while (page < table.sizePages()) {
            if (table.leafAddressAcquire(page) == 0) {
                page = table.afterAbsent(page);
            } else {
                final long entry = page >>> fanOutShift;
                if (entry >= window.sizePages() || Tce.permissions(window.tceAcquire(entry)) == 0) {
                    compare(window, table, number, page, 0);
                }
                page++;
            }
        }
    }

    /** Compares the entry of every table that a device's access to an address goes through. */
    void checkTranslation(final TceTable window, final long offsetBytes) {
        final List<IommuTable> tables = passThrough.tablesOf(window.liobn());
        for (int t = 0; t < tables.size(); t++) {
            final IommuTable table = tables.get(t);
            checkEntry(window, table, t, offsetBytes >>> table.pageShift());
        }
    }

    private void checkEntry(final TceTable window, final IommuTable table, final int number, final long page) {
        final int fanOutShift = window.pageShift() - table.pageShift();
        final long tce = window.tceAcquire(page >>> fanOutShift);
        if (Tce.permissions(tce) == 0) {
            compare(window, table, number, page, 0);
            return;
        }
        final long ua = plan.userAddress(Tce.pageAddress(tce, window.pageShift()), 1L << window.pageShift());
        if (ua >= 0) {
            final long pageUa = ua + ((page & ((1L << fanOutShift) - 1)) << table.pageShift());
            final long permissions = Tce.READ | tce & Tce.WRITE;
            compare(window, table, number, page, pageUa + BackingMemory.HPA_OFFSET_BYTES | permissions);
        }
    }

    private void compare(
            final TceTable window, final IommuTable table, final int number, final long page, final long word) {
        final long hasWord = table.hardwareTceAcquire(page);
        if (hasWord != word) {
            mismatches.add(HardwareComparison.where(window.liobn(), number, page) + ": holds 0x"
                    + Long.toHexString(hasWord) + ", the guest view asks for 0x" + Long.toHexString(word));
        }
    }
}
