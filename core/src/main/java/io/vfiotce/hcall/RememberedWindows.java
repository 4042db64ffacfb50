package io.vfiotce.hcall;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.WindowCache;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Hcall;
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
    /** What {@link #putRemembered} returns, with nothing done, if the tables have to decide. */
    static final long NOT_REMEMBERED = Long.MIN_VALUE;

    private static final int PUT = Hcall.index(Hcall.H_PUT_TCE);

    private final WindowCache cache;
    private final long cacheAddress;
    private long lastStretch;

    RememberedWindows(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        super(environment, reader, counters);
        cache = openCache(environment);
        cacheAddress = cache.address();
        lastStretch = cacheAddress;
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
        super.refresh();
        cache.clear();
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
     * <p>What is rare is called last: a value that lives across a call would cost every hypercall a store and a load.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return H_SUCCESS or {@link #NOT_REMEMBERED}
     */
    final long putRemembered(final long liobn, final long ioba, final long tce) {
        long stretch = lastStretch;
        long index = WindowCache.index(stretch, ioba);
        if (!WindowCache.holds(stretch, liobn, index)) {
            stretch = WindowCache.stretch(cacheAddress, liobn, ioba);
            index = WindowCache.index(stretch, ioba);
            if (!WindowCache.holds(stretch, liobn, index)) {
                return NOT_REMEMBERED;
            }
            lastStretch = stretch;
            usePages(WindowCache.pageLastUnit(stretch), WindowCache.regionPageShift(stretch));
        }
        if ((tce & Tce.PERMISSIONS) == 0) {
            return clear(stretch, index, tce);
        }
        if ((tce & WindowCache.reservedBits(stretch)) != 0) {
            return NOT_REMEMBERED;
        }
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest != 0) {
            return mayStart(tce) ? map(stretch, newest, index, tce) : NOT_REMEMBERED;
        }
        if (!isInSlot(tce)) {
            return NOT_REMEMBERED;
        }
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return success();
    }

    private long map(final long stretch, final long newest, final long index, final long tce) {
        final long word = hardwareWord(tce);
        final long ua = userAddress(word);
        markDirtyIfWritable(word);
        final long old = exchange(newest, index, WindowCache.userDistanceBytes(stretch, 0), word, ua);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older != 0) {
            return mapOlder(stretch, older, index, tce, word, ua, old);
        }
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return countUsual(old, 1) ? success() : successAfter(old, word);
    }

    private long mapOlder(
            final long stretch,
            final long older,
            final long index,
            final long tce,
            final long word,
            final long ua,
            final long old) {
        final long oldOlder = exchange(older, index, WindowCache.userDistanceBytes(stretch, 1), word, ua);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        if (!countUsual(old, 1)) {
            return successAfterBoth(old, oldOlder, word);
        }
        return countUsual(oldOlder, 1) ? success() : successAfter(oldOlder, word);
    }

    private long clear(final long stretch, final long index, final long tce) {
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return success();
        }
        final long old = exchange(newest, index, WindowCache.userDistanceBytes(stretch, 0), 0, 0);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return countUsual(old, 0) ? success() : successAfter(old, 0);
        }
        return clearOlder(stretch, older, index, tce, old);
    }

    private long clearOlder(final long stretch, final long older, final long index, final long tce, final long old) {
        final long oldOlder = exchange(older, index, WindowCache.userDistanceBytes(stretch, 1), 0, 0);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        if (!countUsual(old, 0)) {
            return successAfterBoth(old, oldOlder, 0);
        }
        return countUsual(oldOlder, 0) ? success() : successAfter(oldOlder, 0);
    }

    /** Ends a call that has replaced an unusual word. */
    private long successAfter(final long old, final long word) {
        count(old, word);
        return success();
    }

    private long successAfterBoth(final long old, final long oldOlder, final long word) {
        count(oldOlder, word);
        return successAfter(old, word);
    }

    private long success() {
        HcallCounters.entered(counterAddress, PUT);
        return announceSuccess();
    }

    /**
     * Remembers the stretch around an entry, if it can be: the entry's leaf is there in the guest view and in every table,
     * there are not too many tables, and their pages are as large as the window's.
     *
     * @param window the window
     * @param tables its tables, null if there is none
     * @param entry the entry
     * @param ioba its bus address
     */
    final void remember(final TceTable window, final IommuTable[] tables, final long entry, final long ioba) {
        if (tables != null && !areRememberable(tables, window, entry)) {
            return;
        }
        final long leaf = window.leafAddressAcquire(entry);
        if (leaf == 0) {
            return;
        }
        long first = entry - window.leafIndex(entry);
        long end = Math.min(window.sizePages(), window.nextLeaf(entry));
        if (tables != null) {
            for (final IommuTable table : tables) {
                first = Math.max(first, entry - table.leafIndex(entry));
                end = Math.min(end, table.nextLeaf(entry));
            }
        }
        final long stretch = WindowCache.stretch(cacheAddress, window.liobn(), ioba);
        WindowCache.remember(
                stretch,
                window.liobn(),
                ioba - ((entry - first) << window.pageShift()),
                end - first,
                window.pageShift(),
                leaf + ((long) window.leafIndex(first) << 3));
        if (tables != null) {
            WindowCache.requireRegionPages(stretch, window.pageShift());
            for (int i = 0; i < tables.length; i++) {
                final IommuTable table = tables[i];
                final long hardware = table.leafAddressAcquire(entry) + (table.leafIndex(first) << 3);
                WindowCache.rememberTable(stretch, i, hardware, (table.userIndex(first) - table.leafIndex(first)) << 3);
            }
        }
        lastStretch = stretch;
        usePages(WindowCache.pageLastUnit(stretch), WindowCache.regionPageShift(stretch));
    }

    private static boolean areRememberable(final IommuTable[] tables, final TceTable window, final long entry) {
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
