package io.vfiotce.tools.trace;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Logged list entries that wait, per thread, for the INDIRECT they belong to. */
final class PendingLists {
    private final Map<Long, PendingList> byThread = new HashMap<>();
    private long dropped;

    /** Entries of one thread, from the first. */
    static final class PendingList {
        private static final int INITIAL_CAPACITY = 16;

        private long[] tces = new long[INITIAL_CAPACITY];
        private long[] iobas = new long[INITIAL_CAPACITY];
        private int size;
        private long liobn;

        int size() {
            return size;
        }

        long liobn() {
            return liobn;
        }

        long tce(final int k) {
            return tces[k];
        }

        long ioba(final int k) {
            return iobas[k];
        }

        private void add(final long ioba, final long tce) {
            if (size == tces.length) {
                tces = Arrays.copyOf(tces, size * 2);
                iobas = Arrays.copyOf(iobas, size * 2);
            }
            iobas[size] = ioba;
            tces[size++] = tce;
        }
    }

    /** Takes a list entry. */
    void add(final LogEvent event) throws TraceFormatException {
        if (event.index == 0) {
            drop(event.threadId);
        }
        final PendingList list = byThread.computeIfAbsent(event.threadId, unused -> new PendingList());
        if (event.index != list.size) {
            throw event.error("list entry i=" + event.index + " where i=" + list.size + " was due");
        }
        if (list.size == 0) {
            list.liobn = event.liobn;
        } else if (list.liobn != event.liobn) {
            throw event.error("list entry of LIOBN " + WindowGeometry.hex(event.liobn) + " in a list of LIOBN "
                    + WindowGeometry.hex(list.liobn));
        }
        list.add(event.ioba, event.tce);
    }

    /** Hands over the entries of a thread; null if it has none. */
    PendingList take(final long threadId) {
        return byThread.remove(threadId);
    }

    /** Gives up the entries of a thread: their call was not logged. */
    void drop(final long threadId) {
        final PendingList list = byThread.remove(threadId);
        dropped += list == null ? 0 : list.size;
    }

    /** Gives up all entries. */
    void dropAll() {
        for (final PendingList list : byThread.values()) {
            dropped += list.size;
        }
        byThread.clear();
    }

    long dropped() {
        return dropped;
    }
}
