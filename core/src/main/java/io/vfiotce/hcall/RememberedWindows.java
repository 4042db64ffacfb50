package io.vfiotce.hcall;

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
    private final long cacheAddress;
    private long lastStretch;

    RememberedWindows(final HcallEnvironment environment, final HcallCounters counters) {
        super(environment, counters);
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
     * <p>Whatever is rare is left to the tables, or called where nothing is needed any more: a value that lives across a
     * call would cost every hypercall a store and a load.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return true if it is done, with H_SUCCESS; false, with nothing done, if the tables have to decide
     */
    final boolean putRemembered(final long liobn, final long ioba, final long tce) {
        long stretch = lastStretch;
        if (!WindowCache.holds(stretch, liobn, ioba)) {
            stretch = WindowCache.stretch(cacheAddress, liobn, ioba);
            if (!WindowCache.holds(stretch, liobn, ioba)) {
                return false;
            }
            lastStretch = stretch;
        }
        final long index = WindowCache.index(stretch, ioba);
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest == 0) {
            if ((tce & Tce.PERMISSIONS) != 0 && ((tce & WindowCache.reservedBits(stretch)) != 0 || !isInSlot(tce))) {
                return false;
            }
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return true;
        }
        long word = 0;
        long ua = 0;
        if ((tce & Tce.PERMISSIONS) != 0) {
            if ((tce & WindowCache.reservedBits(stretch)) != 0
                    || !isInStretch(tce, WindowCache.pageLastUnit(stretch), WindowCache.regionPageShift(stretch))) {
                return false;
            }
            word = hardwareWord(tce);
            ua = userAddress(word);
        }
        final long old = exchange(newest, index, WindowCache.userDistanceBytes(stretch, 0), word, ua);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            count(old, word);
        } else {
            final long oldOlder = exchange(older, index, WindowCache.userDistanceBytes(stretch, 1), word, ua);
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            countBoth(old, oldOlder, word);
        }
        return true;
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
