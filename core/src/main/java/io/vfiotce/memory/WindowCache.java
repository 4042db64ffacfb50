package io.vfiotce.memory;

import io.vfiotce.papr.Tce;
import org.agrona.UnsafeApi;

/**
 * What one vCPU remembers of the windows that it used last, by address: with it a hypercall needs one dependent load where
 * the tables need six, and that is what a call costs once an atomic exchange keeps the processor from looking ahead.
 *
 * <p>A <em>stretch</em> is a run of entries of one window that lie together in the guest view, and in each IOMMU table of
 * the window. It is found by LIOBN and bus address in one probe; a stretch that is not there is looked up in the tables
 * and remembered in the place of another. There are so many places that a guest with a thousand windows meets few
 * that it shares. Layout of a stretch, in words of one cache line:
 *
 * <pre>
 *    0  LIOBN
 *    1  bus address of the first entry
 *    2  number of the last entry, from 0; -1 if nothing is remembered here
 *    3  log2 of the I/O page size, which the pages of all tables have
 *    4  bits that must be 0 in a TCE with a permission
 *    5  address of the first entry in the guest view
 *    6  address of the first entry in the newest IOMMU table, 0 if there is none
 *    7  address in the second table, 0 if there is none
 * </pre>
 *
 * <p>Behind the places lies a bit for each, set if something is remembered there: to forget everything costs as much as was
 * remembered.
 *
 * <p>The addresses are valid as long as {@link ChangeCount} says so, like everything else that a vCPU keeps copies of.
 *
 * @threads the vCPU's own
 * @ordering plain: nobody else reads it
 */
public final class WindowCache {
    /** Most IOMMU tables of a window whose stretches are remembered. */
    public static final int MAX_TABLES = 2;

    private static final int STRETCH_SHIFT = 6;
    private static final int COUNT_SHIFT = 13;
    private static final int PLACES_BYTES = 1 << (STRETCH_SHIFT + COUNT_SHIFT);
    private static final int BYTES = PLACES_BYTES + (1 << COUNT_SHIFT) / Byte.SIZE;
    // Entries of one host page of 64 KiB, for the smallest I/O page.
    private static final int PLACE_SHIFT = 25;
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private static final int LIOBN = 0;
    private static final int START = 8;
    private static final int LAST = 16;
    private static final int PAGE_SHIFT = 24;
    private static final int RESERVED_BITS = 32;
    private static final int GUEST = 40;
    private static final int TABLE = 48;
    private static final int TABLE_SHIFT = 3;

    private final OffHeap offHeap;
    private final long address;

    /**
     * Creates an empty cache.
     *
     * @param offHeap where it is kept
     * @throws OutOfMemoryError if there is no memory for it
     */
    public WindowCache(final OffHeap offHeap) {
        this.offHeap = offHeap;
        address = offHeap.allocateAddress(BYTES);
        if (address == 0) {
            throw new OutOfMemoryError("no off-heap memory for a vCPU's window cache");
        }
        for (long stretch = address; stretch < address + PLACES_BYTES; stretch += 1L << STRETCH_SHIFT) {
            forget(stretch);
        }
    }

    /** {@return the middle of the places, for {@link #stretch}} */
    public long middle() {
        return address + PLACES_BYTES / 2;
    }

    /** Forgets everything. */
    public void clear() {
        final long end = address + BYTES;
        long stretch = address;
        for (long word = address + PLACES_BYTES; word < end; word += Long.BYTES) {
            final long used = UnsafeApi.getLong(null, word);
            if (used != 0) {
                for (long left = used; left != 0; left &= left - 1) {
                    forget(stretch + ((long) Long.numberOfTrailingZeros(left) << STRETCH_SHIFT));
                }
                // After them: what an overflow of the stack ends here is forgotten next time.
                UnsafeApi.putLong(null, word, 0);
            }
            stretch += (long) Long.SIZE << STRETCH_SHIFT;
        }
    }

    private static void forget(final long stretch) {
        UnsafeApi.putLong(null, stretch + LAST, -1);
    }

    /** Frees the cache. */
    public void free() {
        offHeap.freeAddress(address, BYTES);
    }

    /**
     * Where the stretch of a bus address is remembered, if it is.
     *
     * @param middle {@link #middle} of the cache
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @return the place, for the other methods
     */
    public static long stretch(final long middle, final long liobn, final long ioba) {
        final long hash = (liobn + (ioba >>> PLACE_SHIFT)) * HASH_MULTIPLIER;
        // A distance from the middle, so that HotSpot does not know how small it is: else it makes the sum twice.
        return middle + (hash >> (Long.SIZE - COUNT_SHIFT - STRETCH_SHIFT) & -(1L << STRETCH_SHIFT));
    }

    /**
     * The entry of a bus address, if the stretch holds it.
     *
     * @param stretch result of {@link #stretch}
     * @param ioba bus address in bytes
     * @return number of the entry in the stretch; for {@link #holds}
     */
    public static long index(final long stretch, final long ioba) {
        // What is not aligned has its low bits turned to the top, and is far outside.
        return Long.rotateRight(ioba - UnsafeApi.getLong(null, stretch + START), (int) pageShift(stretch));
    }

    /**
     * Whether a stretch holds an entry.
     *
     * @param stretch result of {@link #stretch}
     * @param liobn logical I/O bus number
     * @param index result of {@link #index} for the same stretch
     * @return false if the bus address is not remembered here, or not page aligned
     */
    public static boolean holds(final long stretch, final long liobn, final long index) {
        final long room = UnsafeApi.getLong(null, stretch + LAST) - index;
        return (index | room) >= 0 && UnsafeApi.getLong(null, stretch + LIOBN) == liobn;
    }

    /**
     * Bits that must be 0 in a TCE with a permission.
     *
     * @param stretch result of {@link #stretch}
     * @return the mask
     */
    public static long reservedBits(final long stretch) {
        return UnsafeApi.getLong(null, stretch + RESERVED_BITS);
    }

    /**
     * The size of an I/O page.
     *
     * @param stretch result of {@link #stretch}
     * @return log2 of its bytes
     */
    public static long pageShift(final long stretch) {
        return UnsafeApi.getLong(null, stretch + PAGE_SHIFT);
    }

    /**
     * Where the guest view lies.
     *
     * @param stretch result of {@link #stretch}
     * @return address of the first entry
     */
    public static long guestView(final long stretch) {
        return UnsafeApi.getLong(null, stretch + GUEST);
    }

    /**
     * Where the entries of an IOMMU table lie.
     *
     * @param stretch result of {@link #stretch}
     * @param table 0 for the newest
     * @return address of the first entry; 0 if there is no such table
     */
    public static long hardwareView(final long stretch, final int table) {
        return UnsafeApi.getLong(null, stretch + TABLE + ((long) table << TABLE_SHIFT));
    }

    /**
     * Remembers a stretch.
     *
     * @param liobn logical I/O bus number
     * @param ioba a bus address in it, which finds it again
     * @param startIoba bus address of its first entry
     * @param entries how many
     * @param pageShift log2 of the I/O page size
     * @param guestView address of the first entry in the guest view
     * @param newest address of the first entry in the newest IOMMU table, 0 for no table
     * @param second the same of the second table
     */
    public void remember(
            final long liobn,
            final long ioba,
            final long startIoba,
            final long entries,
            final int pageShift,
            final long guestView,
            final long newest,
            final long second) {
        final long stretch = stretch(middle(), liobn, ioba);
        final long place = stretch - address >>> STRETCH_SHIFT;
        final long word = address + PLACES_BYTES + (place >>> 6 << 3);
        // If a stack overflow ends this anywhere, nothing is remembered that is not whole, or would not be forgotten.
        forget(stretch);
        UnsafeApi.putLong(null, word, UnsafeApi.getLong(null, word) | 1L << place);
        UnsafeApi.putLong(null, stretch + LIOBN, liobn);
        UnsafeApi.putLong(null, stretch + START, startIoba);
        UnsafeApi.putLong(null, stretch + PAGE_SHIFT, pageShift);
        UnsafeApi.putLong(null, stretch + RESERVED_BITS, Tce.reservedBits(pageShift));
        UnsafeApi.putLong(null, stretch + GUEST, guestView);
        UnsafeApi.putLong(null, stretch + TABLE, newest);
        UnsafeApi.putLong(null, stretch + TABLE + Long.BYTES, second);
        UnsafeApi.putLong(null, stretch + LAST, entries - 1);
    }
}
