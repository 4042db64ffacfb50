package io.vfiotce.hcall;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.WindowCache;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;

/**
 * H_PUT_TCE into stretches of windows that the vCPU remembers: the same checks and stores as by the tables, from addresses.
 *
 * @threads the vCPU's own
 * @source Linux kvmppc_rm_h_put_tce()
 */
abstract class RememberedWindows extends HardwareUpdates {
    private final WindowCache cache;
    private final long cacheMiddle;

    // What a call has replaced and not counted yet.
    private boolean mustCount;
    private long replacingLiobn;
    private long replacingIoba;
    private long replacingTce;
    private long uncounted;
    private long uncountedOlder;
    private long replacement;

    RememberedWindows(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        super(environment, reader, counters);
        cache = openCache(environment);
        cacheMiddle = cache.middle();
    }

    private WindowCache openCache(final HcallEnvironment environment) {
        try {
            return new WindowCache(environment.offHeap());
        } catch (final OutOfMemoryError e) {
            closeStripe();
            environment.offHeap().free(list);
            throw e;
        }
    }

    @Override
    final void refresh() {
        if (mustCount) {
            // Its call has not come to it; whose the counts are is known until now.
            countReplaced();
        }
        final long count = renewCopies();
        forgetStretch();
        cache.clear();
        becomeCurrent(count);
    }

    @Override
    final void free() {
        super.free();
        closeStripe();
        cache.free();
    }

    /**
     * H_PUT_TCE into a remembered stretch.
     *
     * <p>All that is usual is short enough to be compiled into whatever calls it. What is rare is left to the caller, behind
     * one call for all of it: more code, or a value that lives across a call, would cost every hypercall.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return whether the call is done; false with nothing done for whatever is not usual, and where only the count of
     *     what was replaced is missing, which {@link #mustCount} says
     */
    final boolean putRemembered(final long liobn, final long ioba, final long tce) {
        final long stretch = WindowCache.stretch(cacheMiddle, liobn, ioba);
        final long index = WindowCache.index(stretch, ioba);
        return WindowCache.holds(stretch, liobn, index) && put(stretch, index, liobn, ioba, tce);
    }

    private boolean put(final long stretch, final long index, final long liobn, final long ioba, final long tce) {
        if ((tce & Tce.PERMISSIONS) == 0) {
            return clear(stretch, index, liobn, ioba, tce);
        }
        if ((tce & WindowCache.reservedBits(stretch)) != 0) {
            return false;
        }
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest != 0) {
            return mayStart(tce, WindowCache.pageShift(stretch)) && map(stretch, newest, index, liobn, ioba, tce);
        }
        if (!isInSlot(tce)) {
            return false;
        }
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return true;
    }

    private boolean map(
            final long stretch,
            final long newest,
            final long index,
            final long liobn,
            final long ioba,
            final long tce) {
        final long word = hardwareWord(tce);
        markDirtyIfWritable(word);
        final long old = exchange(newest, index, word);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return countUsual(old, 1) || leaveToCount(liobn, ioba, tce, old, word, word);
        }
        final long oldOlder = exchange(older, index, word);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return countUsual(old, oldOlder, 1) || leaveToCount(liobn, ioba, tce, old, oldOlder, word);
    }

    private boolean clear(final long stretch, final long index, final long liobn, final long ioba, final long tce) {
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return true;
        }
        final long old = exchange(newest, index, 0);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return countUsual(old, 0) || leaveToCount(liobn, ioba, tce, old, 0, 0);
        }
        final long oldOlder = exchange(older, index, 0);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return countUsual(old, oldOlder, 0) || leaveToCount(liobn, ioba, tce, old, oldOlder, 0);
    }

    /** Leaves two replaced words to be counted. With one table the other word is the new one, which changes no count. */
    private boolean leaveToCount(
            final long liobn, final long ioba, final long tce, final long old, final long oldOlder, final long word) {
        replacingLiobn = liobn;
        replacingIoba = ioba;
        replacingTce = tce;
        uncounted = old;
        uncountedOlder = oldOlder;
        replacement = word;
        mustCount = true;
        return false;
    }

    /** Whether {@link #putRemembered} has replaced words and left their counting to {@link #countReplaced}. */
    final boolean mustCount() {
        return mustCount;
    }

    /**
     * Whether what must be counted was replaced by this call. It was by another one that an overflow of the stack ended before
     * it came to its count, if the embedder goes on after that.
     */
    final boolean mustCount(final long liobn, final long ioba, final long tce) {
        return mustCount && replacingTce == tce && replacingIoba == ioba && replacingLiobn == liobn;
    }

    /** Counts what {@link #putRemembered} has replaced. */
    final void countReplaced() {
        mustCount = false;
        count(uncounted, replacement);
        count(uncountedOlder, replacement);
    }

    /**
     * Remembers the stretch around an entry.
     *
     * @param window the window
     * @param tables its tables, null if there is none; {@link #areRememberable}
     * @param entry the entry
     * @param leaf address of its leaf in the guest view
     * @param ioba its bus address
     */
    final void remember(
            final TceTable window, final IommuTable[] tables, final long entry, final long leaf, final long ioba) {
        long first = entry - window.leafIndex(entry);
        long end = Math.min(window.sizePages(), window.nextLeaf(entry));
        if (tables != null) {
            for (final IommuTable table : tables) {
                first = Math.max(first, entry - table.leafIndex(entry));
                end = Math.min(end, table.nextLeaf(entry));
            }
        }
        cache.remember(
                window.liobn(),
                ioba,
                ioba - ((entry - first) << window.pageShift()),
                end - first,
                window.pageShift(),
                leaf + ((long) window.leafIndex(first) << 3),
                hardwareView(tables, 0, entry, first),
                hardwareView(tables, 1, entry, first));
    }

    /** Where the first entry of an entry's stretch lies in a table; 0 if there is no such table. */
    private static long hardwareView(final IommuTable[] tables, final int which, final long entry, final long first) {
        if (tables == null || which >= tables.length) {
            return 0;
        }
        return tables[which].leafAddressAcquire(entry) + (tables[which].leafIndex(first) << 3);
    }

    /** Whether there are not too many tables, all with the entry's leaf and with pages as large as the window's. */
    static boolean areRememberable(final IommuTable[] tables, final TceTable window, final long entry) {
        if (tables.length > WindowCache.MAX_TABLES) {
            return false;
        }
        for (final IommuTable table : tables) {
            if (table.realModePageShift() != window.pageShift() || table.leafAddressAcquire(entry) == 0) {
                return false;
            }
        }
        return true;
    }
}
