package io.vfiotce.tce;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the table of a LIOBN: open addressing with linear probing, at most half full.
 *
 * <p>A table is added by one store into a free slot. A removed one leaves a marker behind, so that probes go on past it;
 * when markers or growth ask for it, a new array is built aside and swapped in whole.
 *
 * @threads {@link #find} from any thread, lock-free; changes are synchronized
 * @ordering array: volatile; slots: release stores, plain loads. A table found stays valid until the reader's next
 *     quiescent state
 * @source Linux kvmppc_find_table(), which walks a list
 */
public final class LiobnDirectory {
    private static final int INITIAL_SLOTS = 16;
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    // Only its identity counts; it never holds an entry, so it needs no memory.
    private static final TceTable REMOVED = new TceTable(
            new WindowGeometry(0, WindowGeometry.MIN_PAGE_SHIFT, 0, 1), WindowGeometry.MIN_PAGE_SHIFT, null);

    private final ChangeCount changes;
    private volatile TceTable[] slots = new TceTable[INITIAL_SLOTS];
    private int tables;
    private int usedSlots;

    /**
     * Creates an empty directory.
     *
     * @param changes counts when a table comes or goes or the array is swapped, for those who keep them
     */
    public LiobnDirectory(final ChangeCount changes) {
        this.changes = changes;
    }

    /**
     * Finds a table.
     *
     * @param liobn logical I/O bus number, all 64 bits count
     * @return the table, or null
     * @cost O(1) expected, whatever the number of tables
     */
    public TceTable find(final long liobn) {
        final TceTable[] array = slots;
        return find(array, hashShift(array), liobn);
    }

    /**
     * Finds a table in an array that was taken before, for a reader that keeps it and its shift and watches {@link
     * ChangeCount}: so it does not wait for the array's length before it knows where to look.
     *
     * @param array a result of {@link #array}
     * @param hashShift {@link #hashShift} of the array
     * @param liobn logical I/O bus number
     * @return the table, or null
     * @ordering slots are read plainly: a table has only final fields, and its memory is read through acquire slots
     */
    public static TceTable find(final TceTable[] array, final int hashShift, final long liobn) {
        int i = firstSlot(liobn, hashShift);
        TceTable table = array[i];
        while (table != null && (table.liobn() != liobn || table == REMOVED)) {
            i = next(i, array);
            table = array[i];
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
        reserve();
        insert(slots, table);
        tables++;
        usedSlots++;
        // A vCPU finds it by itself; a device that keeps its windows does not.
        changes.changed();
        return true;
    }

    /** Makes room for one table, so that the next {@link #add} needs no memory and cannot fail for want of it. */
    public synchronized void reserve() {
        if ((usedSlots + 1) * 2 > slots.length) {
            rebuild(Math.max(INITIAL_SLOTS, Integer.highestOneBit(tables + 1) * 4));
        }
    }

    /**
     * Removes a table; its memory may be freed after a grace period.
     *
     * @param table the table
     * @return false if it is not there
     */
    public synchronized boolean remove(final TceTable table) {
        final TceTable[] array = slots;
        for (int i = firstSlot(table.liobn(), hashShift(array)); array[i] != null; i = next(i, array)) {
            if (array[i] == table) {
                Slots.setRelease(array, i, REMOVED);
                tables--;
                changes.changed();
                return true;
            }
        }
        return false;
    }

    /** {@return the array of this moment} */
    public TceTable[] array() {
        return slots;
    }

    /** {@return the tables of this moment} */
    public synchronized List<TceTable> all() {
        final List<TceTable> found = new ArrayList<>(tables);
        for (final TceTable table : slots) {
            if (table != null && table != REMOVED) {
                found.add(table);
            }
        }
        return found;
    }

    /** {@return how many tables there are} */
    public synchronized int size() {
        return tables;
    }

    private void rebuild(final int count) {
        final TceTable[] old = slots;
        final TceTable[] fresh = new TceTable[count];
        for (final TceTable table : old) {
            if (table != null && table != REMOVED) {
                insert(fresh, table);
            }
        }
        usedSlots = tables;
        slots = fresh;
        changes.changed();
    }

    private static void insert(final TceTable[] array, final TceTable table) {
        int i = firstSlot(table.liobn(), hashShift(array));
        while (array[i] != null) {
            i = next(i, array);
        }
        Slots.setRelease(array, i, table);
    }

    private static int next(final int slot, final TceTable[] array) {
        return (slot + 1) & (array.length - 1);
    }

    /**
     * How far a hash is shifted to give a slot.
     *
     * @param array a result of {@link #array}; its length is a power of two above 1
     * @return 64 less the binary logarithm of the length
     */
    public static int hashShift(final TceTable[] array) {
        return Long.numberOfLeadingZeros(array.length - 1L);
    }

    /** The top bits of the product: they depend on every bit of the LIOBN. */
    private static int firstSlot(final long liobn, final int hashShift) {
        return (int) ((liobn * HASH_MULTIPLIER) >>> hashShift);
    }
}
