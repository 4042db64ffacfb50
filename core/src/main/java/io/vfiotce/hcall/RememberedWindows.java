package io.vfiotce.hcall;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.WindowCache;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Hcall;
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

    /** The stretch that was used last. */
    final long lastStretch() {
        return lastStretch;
    }

    /** Where the stretch of a bus address is, if it is remembered. */
    final long stretchOf(final long liobn, final long ioba) {
        return WindowCache.stretch(cacheAddress, liobn, ioba);
    }

    /** Makes a stretch the one that was used last. */
    final void useStretch(final long stretch) {
        lastStretch = stretch;
        usePages(WindowCache.pageLastUnit(stretch), WindowCache.regionPageShift(stretch));
    }

    /**
     * H_PUT_TCE with a permission into a remembered stretch with IOMMU tables; the page may be mapped.
     *
     * <p>What is rare is called last: a value that lives across a call, or until paths meet again, would cost every
     * hypercall a store and a load.
     *
     * @param stretch the stretch
     * @param newest its view of the newest table
     * @param index the entry
     * @param tce the TCE
     * @return true: it is done
     */
    final boolean map(final long stretch, final long newest, final long index, final long tce) {
        final long word = hardwareWord(tce);
        markDirtyIfWritable(word);
        final long old = exchange(newest, index, word);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older != 0) {
            return mapOlder(stretch, older, index, tce, word, old);
        }
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        return countUsual(old, 1) ? done() : doneAfter(old, word, word);
    }

    private boolean mapOlder(
            final long stretch, final long older, final long index, final long tce, final long word, final long old) {
        final long oldOlder = exchange(older, index, word);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        if (!countUsual(old, 1)) {
            return doneAfter(old, oldOlder, word);
        }
        return countUsual(oldOlder, 1) ? done() : doneAfter(word, oldOlder, word);
    }

    /** H_PUT_TCE without a permission into a remembered stretch. */
    final boolean clear(final long stretch, final long index, final long tce) {
        final long newest = WindowCache.hardwareView(stretch, 0);
        if (newest == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return done();
        }
        final long old = exchange(newest, index, 0);
        final long older = WindowCache.hardwareView(stretch, 1);
        if (older == 0) {
            Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
            return countUsual(old, 0) ? done() : doneAfter(old, 0, 0);
        }
        return clearOlder(stretch, older, index, tce, old);
    }

    private boolean clearOlder(final long stretch, final long older, final long index, final long tce, final long old) {
        final long oldOlder = exchange(older, index, 0);
        Words.setWordRelease(WindowCache.guestView(stretch), index, tce);
        if (!countUsual(old, 0)) {
            return doneAfter(old, oldOlder, 0);
        }
        return countUsual(oldOlder, 0) ? done() : doneAfter(0, oldOlder, 0);
    }

    /**
     * Ends a call that has replaced an unusual word. Where there was nothing else to count, the other word is the new one,
     * which changes no count.
     */
    private boolean doneAfter(final long old, final long oldOlder, final long word) {
        final int entries = word == 0 ? 0 : 1;
        if (!countUsual(old, entries)) {
            countOther(old, entries);
        }
        if (!countUsual(oldOlder, entries)) {
            countOther(oldOlder, entries);
        }
        return done();
    }

    /** Counts a call that ends in real mode. */
    final boolean done() {
        HcallCounters.entered(counterAddress, PUT);
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
                WindowCache.rememberTable(stretch, i, table.leafAddressAcquire(entry) + (table.leafIndex(first) << 3));
            }
        }
        useStretch(stretch);
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
