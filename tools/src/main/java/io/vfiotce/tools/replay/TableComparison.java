package io.vfiotce.tools.replay;

import io.vfiotce.tce.TceTable;
import java.util.Map;

/** Compares the final tables of two paths word by word, and makes sure that they share none. */
final class TableComparison {
    private TableComparison() {}

    /**
     * Compares.
     *
     * @param fast tables of one path by LIOBN
     * @param slow tables of the other path
     * @param mismatches receives what differs
     * @return number of entries compared
     */
    static long compare(final Map<Long, TceTable> fast, final Map<Long, TceTable> slow, final Mismatches mismatches) {
        if (!fast.keySet().equals(slow.keySet())) {
            mismatches.add("the paths end with different windows: " + fast.keySet() + " and " + slow.keySet());
        }
        long entries = 0;
        for (final Map.Entry<Long, TceTable> window : fast.entrySet()) {
            final TceTable other = slow.get(window.getKey());
            if (other != null) {
                compare(window.getValue(), other, mismatches);
                entries += other.sizePages();
            }
        }
        return entries;
    }

    private static void compare(final TceTable fast, final TceTable slow, final Mismatches mismatches) {
        final String where = "final table of " + fast.geometry();
        if (!fast.geometry().equals(slow.geometry())) {
            mismatches.add(where + ": the other path has " + slow.geometry());
            return;
        }
        long a = fast.nextNonZero(0);
        long b = slow.nextNonZero(0);
        while (a >= 0 || b >= 0) {
            final long entry = a < 0 || (b >= 0 && b < a) ? b : a;
            if (fast.tceAcquire(entry) != slow.tceAcquire(entry)) {
                mismatches.add(where + ", entry 0x" + Long.toHexString(entry) + ": fast 0x"
                        + Long.toHexString(fast.tceAcquire(entry)) + ", slow 0x"
                        + Long.toHexString(slow.tceAcquire(entry)));
            }
            if (fast.leafAddressAcquire(entry) == slow.leafAddressAcquire(entry)) {
                mismatches.add(where + ": the paths share the word of entry 0x" + Long.toHexString(entry));
            }
            a = a == entry ? fast.nextNonZero(entry + 1) : a;
            b = b == entry ? slow.nextNonZero(entry + 1) : b;
        }
    }
}
