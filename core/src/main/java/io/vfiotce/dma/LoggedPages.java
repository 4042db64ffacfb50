package io.vfiotce.dma;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.SparseBitmap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All bitmaps from one start of a {@link DirtyLog} to its end.
 *
 * @threads devices mark in the bitmaps while {@link #take} takes bits out of them; {@link #end} waits until it has, and after a
 *     grace period {@link #free} is alone
 */
final class LoggedPages {
    private final int pageShift;
    private final OffHeap offHeap;
    private final SparseBitmap guest;
    private final Map<Long, SparseBitmap> windows = new ConcurrentHashMap<>();
    private final Map<Integer, SparseBitmap> groups = new ConcurrentHashMap<>();
    private boolean ended;

    LoggedPages(final int pageShift, final OffHeap offHeap) {
        this.pageShift = pageShift;
        this.offHeap = offHeap;
        guest = newBitmap();
    }

    private SparseBitmap newBitmap() {
        return new SparseBitmap(Long.SIZE - pageShift, offHeap);
    }

    int pageShift() {
        return pageShift;
    }

    SparseBitmap guest() {
        return guest;
    }

    /** The bitmap of a LIOBN, null if no device has asked for its marker yet. */
    SparseBitmap window(final long liobn) {
        return windows.get(liobn);
    }

    /** The bitmap of an IOMMU group, null likewise. */
    SparseBitmap group(final int groupId) {
        return groups.get(groupId);
    }

    DirtyMarker windowMarker(final long liobn) {
        return new DirtyMarker(pageShift, windows.computeIfAbsent(liobn, key -> newBitmap()), guest);
    }

    DirtyMarker groupMarker(final int groupId) {
        return new DirtyMarker(pageShift, groups.computeIfAbsent(groupId, key -> newBitmap()), guest);
    }

    /** Moves the bits of a range out of a bitmap; false, with nothing done, if logging has ended. */
    synchronized boolean take(
            final SparseBitmap source, final long address, final long sizeBytes, final SparseBitmap target) {
        if (!ended && source != null && sizeBytes != 0) {
            source.moveTo(address >>> pageShift, PageRange.count(address, sizeBytes, pageShift), target);
        }
        return !ended;
    }

    synchronized void end() {
        ended = true;
    }

    void free() {
        guest.clear();
        windows.values().forEach(SparseBitmap::clear);
        groups.values().forEach(SparseBitmap::clear);
    }
}
