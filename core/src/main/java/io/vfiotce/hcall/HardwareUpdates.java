package io.vfiotce.hcall;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;

/**
 * What one vCPU does to the IOMMU tables that are attached to a window.
 *
 * <p>Checks and memory come first, for all tables and pages of a call; the updates after them cannot fail.
 *
 * @threads the vCPU's own
 * @ordering entries: atomic exchange
 * @source Linux kvmppc_tce_iommu_map(), kvmppc_tce_iommu_unmap(), iommu_tce_xchg_no_kill()
 */
abstract class HardwareUpdates extends VcpuRegions {
    HardwareUpdates(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        super(environment, reader, counters);
    }

    /** Whether a page may be mapped in every table. */
    final boolean isMappable(final long tce, final TceTable window, final IommuTable[] tables) {
        return isRegistered(tce, window.pageLastUnit(), largestPageShift(tables));
    }

    private static long largestPageShift(final IommuTable[] tables) {
        int largest = 0;
        for (final IommuTable table : tables) {
            largest = Math.max(largest, table.pageShift());
        }
        return largest;
    }

    /** Why a page that cannot be mapped is passed on. */
    final int reasonNotMappable(final long tce) {
        return isBacked(tce) ? HcallCounters.NOT_REGISTERED : HcallCounters.UNBACKED_TCE;
    }

    /** Why a call that changes a window is passed on: there is no other reason if the window is left to userspace. */
    static int reason(final IommuTable[] tables, final int otherwise) {
        return tables == AttachedTables.USERSPACE_ONLY ? HcallCounters.USERSPACE_ONLY : otherwise;
    }

    /**
     * Copies a list and checks all words of the copy.
     *
     * @param window the window
     * @param tables its tables
     * @param slot memslot of the list
     * @param listGpa guest physical address of the list
     * @param words how many
     * @return as {@link TceList#check}, with {@link TceList#UNBACKED} for a page that cannot be mapped too
     */
    final int checkMappedList(
            final TceTable window, final IommuTable[] tables, final int slot, final long listGpa, final int words) {
        final long odd = memslots()
                .copyList(
                        slot,
                        listGpa,
                        words,
                        list,
                        window.reservedBits(),
                        firstUnit(),
                        lastUnit() - window.pageLastUnit());
        return odd == 0 && hasPagesOf(largestPageShift(tables)) ? words : TceList.check(this, window, tables, words);
    }

    /** Whether real mode may change the window and every table. */
    static boolean areForRealMode(final IommuTable[] tables) {
        if (tables == AttachedTables.USERSPACE_ONLY) {
            return false;
        }
        for (final IommuTable table : tables) {
            if (table.realModePageShift() == Byte.MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    /** Whether the window is not left to userspace, and every table has a user-address view: in others only it knows what is mapped. */
    static boolean areWithUserView(final IommuTable[] tables) {
        if (tables == AttachedTables.USERSPACE_ONLY) {
            return false;
        }
        for (final IommuTable table : tables) {
            if (!table.hasUserView()) {
                return false;
            }
        }
        return true;
    }

    /** Whether mapping a range of a window needs no new level in any table. */
    static boolean areResident(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            if (!table.isResident(first << fanOutShift, count << fanOutShift)) {
                return false;
            }
        }
        return true;
    }

    /** Makes the levels that mapping a TCE needs, outside real mode; false if memory ran out. */
    static boolean makeResident(final IommuTable[] tables, final TceTable window, final long entry, final long tce) {
        if ((tce & Tce.PERMISSIONS) != 0) {
            for (final IommuTable table : tables) {
                final int fanOutShift = window.pageShift() - table.pageShift();
                if (!table.makeResident(entry << fanOutShift, 1L << fanOutShift)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whoever wants to know that a range of a window has changed, outside real mode. */
    static void invalidate(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            table.invalidate(first << fanOutShift, count << fanOutShift);
        }
    }

    /**
     * Maps a page, or unmaps it, in every table.
     *
     * @param tables the tables, every level of a page to be mapped present
     * @param window the window
     * @param entry entry of the window
     * @param tce the TCE, checked by this call
     */
    final void update(final IommuTable[] tables, final TceTable window, final long entry, final long tce) {
        for (final IommuTable table : tables) {
            update(table, window, entry, tce);
        }
    }

    final void update(final IommuTable table, final TceTable window, final long entry, final long tce) {
        final int fanOutShift = window.pageShift() - table.pageShift();
        final long first = entry << fanOutShift;
        final long end = first + (1L << fanOutShift);
        if ((tce & Tce.PERMISSIONS) == 0) {
            unmapRange(table, first, end);
            return;
        }
        long word = wordOfChecked(tce, window);
        for (long i = first; i < end; i++) {
            markDirtyIfWritable(word);
            replace(viewOf(table, i), 0, word);
            word += 1L << table.pageShift();
        }
    }

    private long wordOfChecked(final long tce, final TceTable window) {
        if (!isInStretch(tce, window.pageLastUnit(), 0)) {
            findCheckedStretch(tce);
        }
        return hardwareWord(tce);
    }

    /**
     * Maps or unmaps the pages of a checked list in every table.
     *
     * @param tables the tables, every level of the pages present
     * @param window the window
     * @param first first entry of the window
     * @param words how many words of {@link #list}
     */
    final void updateAll(final IommuTable[] tables, final TceTable window, final long first, final int words) {
        int table = 0;
        while (table < tables.length) {
            final boolean two = table + 1 < tables.length && tables[table + 1].pageShift() == window.pageShift();
            if (tables[table].pageShift() != window.pageShift()) {
                for (int i = 0; i < words; i++) {
                    update(tables[table], window, first + i, list.wordPlain(i));
                }
                table++;
            } else {
                updateRuns(tables[table], tables[two ? table + 1 : table], window, first, words);
                table += two ? 2 : 1;
            }
        }
    }

    /** As {@link #updateAll} in two tables whose pages are the window's, or twice the same one, leaf by leaf. */
    private void updateRuns(
            final IommuTable table, final IommuTable other, final TceTable window, final long first, final int words) {
        int done = 0;
        while (done < words) {
            final long entry = first + done;
            final long end = Math.min(table.nextLeaf(entry), other.nextLeaf(entry));
            final int run = (int) Math.min(words - done, end - entry);
            // A leaf is absent only where all its words are without permission.
            final long view = table.leafAddressAcquire(entry) == 0 ? 0 : viewOf(table, entry);
            final long otherView = table == other || other.leafAddressAcquire(entry) == 0 ? 0 : viewOf(other, entry);
            if (view != 0) {
                updateRun(view, otherView, window, done, run);
            } else if (otherView != 0) {
                updateRun(otherView, 0, window, done, run);
            }
            done += run;
        }
    }

    /** Entries that lie together, in one table and, if there is one, in another: each word is looked at once. */
    private void updateRun(
            final long view, final long otherView, final TceTable window, final int firstWord, final int run) {
        final long words = list.addressOffset() + ((long) firstWord << 3);
        long lastStart = lastStartOf(window.pageLastUnit());
        for (int i = 0; i < run; i++) {
            final long tce = Words.wordAcquire(words, i);
            long word = 0;
            if ((tce & Tce.PERMISSIONS) != 0) {
                if (!startsUpTo(lastStart, tce)) {
                    findCheckedStretch(tce);
                    lastStart = lastStartOf(window.pageLastUnit());
                }
                word = hardwareWord(tce);
                markDirtyIfWritable(word);
            }
            replace(view, i, word);
            if (otherView != 0) {
                replace(otherView, i, word);
            }
        }
    }

    private static long viewOf(final IommuTable table, final long entry) {
        return table.leafAddressAcquire(entry) + (table.leafIndex(entry) << 3);
    }

    private void replace(final long view, final long index, final long word) {
        count(exchange(view, index, word), word);
    }

    /**
     * Replaces an entry. The word before is then to be counted.
     *
     * @param view address of entry 0
     * @param index the entry
     * @param word new word, 0 for none
     * @return the word before
     */
    static long exchange(final long view, final long index, final long word) {
        return Words.bigEndian(Words.getAndSetWord(view, index, Words.bigEndian(word)));
    }

    /**
     * Unmaps pages in every table; what is not mapped is passed over.
     *
     * @param tables the tables
     * @param window the window
     * @param first first entry of the window
     * @param count number of entries
     */
    final void unmap(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            unmapRange(table, first << fanOutShift, (first + count) << fanOutShift);
        }
    }

    private void unmapRange(final IommuTable table, final long first, final long end) {
        long entry = first;
        while (entry < end) {
            final long leaf = table.leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = table.afterAbsent(entry);
            } else {
                // In slices, with a safepoint poll between.
                final long leafEnd = Math.min(Math.min(end, table.nextLeaf(entry)), entry + TceTable.SLICE_ENTRIES);
                for (; entry < leafEnd; entry++) {
                    if (table.isMapped(leaf, entry)) {
                        replace(leaf, table.leafIndex(entry), 0);
                    }
                }
            }
        }
    }
}
