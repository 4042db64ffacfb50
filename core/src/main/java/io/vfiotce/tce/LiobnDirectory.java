package io.vfiotce.tce;

import io.vfiotce.memory.Slots;

/**
 * Finds the table of a LIOBN: open addressing with linear probing, at most half full.
 *
 * <p>A table is added by one store into a free slot. A removed one leaves a marker behind, so that probes go on past it;
 * when markers or growth ask for it, a new array is built aside and swapped in whole.
 *
 * @threads {@link #find} from any thread, lock-free; changes are synchronized
 * @ordering array: volatile; slots: release / acquire. A table found stays valid until the reader's next quiescent state
 * @source Linux kvmppc_find_table(), which walks a list
 */
public final class LiobnDirectory {
    private static final int INITIAL_SLOTS = 16;
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final TceTable removed;
    private volatile Slots<TceTable> slots = new Slots<>(INITIAL_SLOTS);
    private int tables;
    private int usedSlots;

    /**
     * Creates an empty directory.
     */
    public LiobnDirectory() {
        // Only its identity counts; it never holds an entry, so it needs no memory.
        removed = new TceTable(new WindowGeometry(0, WindowGeometry.MIN_PAGE_SHIFT, 0, 1), 12, null);
    }

    /**
     * Finds a table.
     *
     * @param liobn logical I/O bus number, all 64 bits count
     * @return the table, or null
     * @cost O(1) expected, whatever the number of tables
     */
    public TceTable find(final long liobn) {
        final Slots<TceTable> array = slots;
        final int mask = array.count() - 1;
        int i = firstSlot(liobn, mask);
        TceTable table = array.acquire(i);
        while (table != null && (table.liobn() != liobn || table == removed)) {
            i = (i + 1) & mask;
            table = array.acquire(i);
        }
        return table;
    }

    /**
     * Adds a table.
     *
     * @param table the table
     * @return false, with nothing changed, if its LIOBN is there already
     */
    public synchronized boolean add(final TceTable table) {
        if (find(table.liobn()) != null) {
            return false;
        }
        if ((usedSlots + 1) * 2 > slots.count()) {
            rebuild(Math.max(INITIAL_SLOTS, Integer.highestOneBit(tables + 1) * 4));
        }
        insert(slots, table);
        tables++;
        usedSlots++;
        return true;
    }

    /**
     * Removes a table; its memory may be freed after a grace period.
     *
     * @param table the table
     * @return false if it is not there
     */
    public synchronized boolean remove(final TceTable table) {
        final Slots<TceTable> array = slots;
        for (int i = firstSlot(table.liobn(), array.count() - 1); array.acquire(i) != null; i = next(i, array)) {
            if (array.acquire(i) == table) {
                array.setRelease(i, removed);
                tables--;
                return true;
            }
        }
        return false;
    }

    /** {@return how many tables there are} */
    public synchronized int size() {
        return tables;
    }

    private void rebuild(final int count) {
        final Slots<TceTable> old = slots;
        final Slots<TceTable> fresh = new Slots<>(count);
        for (int i = 0; i < old.count(); i++) {
            final TceTable table = old.acquire(i);
            if (table != null && table != removed) {
                insert(fresh, table);
            }
        }
        usedSlots = tables;
        slots = fresh;
    }

    private static void insert(final Slots<TceTable> array, final TceTable table) {
        int i = firstSlot(table.liobn(), array.count() - 1);
        while (array.acquire(i) != null) {
            i = next(i, array);
        }
        array.setRelease(i, table);
    }

    private static int next(final int slot, final Slots<TceTable> array) {
        return (slot + 1) & (array.count() - 1);
    }

    private static int firstSlot(final long liobn, final int mask) {
        return (int) ((liobn * HASH_MULTIPLIER) >>> Integer.SIZE) & mask;
    }
}
