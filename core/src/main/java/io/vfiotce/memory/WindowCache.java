package io.vfiotce.memory;

import io.vfiotce.papr.Tce;
import org.agrona.UnsafeApi;

/**
 * What one vCPU remembers of the windows that it used last, by address: with it a hypercall needs one dependent load where
 * the tables need six, and that is what a call costs once an atomic exchange keeps the processor from looking ahead.
 *
 * <p>A <em>stretch</em> is a run of entries of one window that lie together in the guest view, and in each IOMMU table of
 * the window. It is found by LIOBN and bus address in one probe; a stretch that is not there is looked up in the tables
 * and remembered in the place of another. Layout of a stretch, in words:
 *
 * <pre>
 *    0  LIOBN
 *    1  bus address of the first entry
 *    2  number of the last entry, from 0; -1 if nothing is remembered here
 *    3  log2 of the I/O page size
 *    4  bits that must be 0 in a TCE with a permission
 *    5  number of the last unit of 4 KiB in an I/O page, from 0
 *    6  log2 of the page size that a region must have
 *    7  address of the first entry in the guest view
 *    8  address of the first entry in the newest IOMMU table, 0 if there is none
 *    9  address in the second table, 0 if there is none
 * </pre>
 *
 * <p>The addresses are valid as long as {@link ChangeCount} says so, like everything else that a vCPU keeps copies of.
 *
 * @threads the vCPU's own
 * @ordering plain: nobody else reads it
 */
public final class WindowCache {
    /** Most IOMMU tables of a window whose stretches are remembered. */
    public static final int MAX_TABLES = 2;

    private static final int STRETCH_SHIFT = 7;
    private static final int COUNT_SHIFT = 7;
    private static final int BYTES = 1 << (STRETCH_SHIFT + COUNT_SHIFT);
    // Entries of one host page of 64 KiB, for the smallest I/O page.
    private static final int PLACE_SHIFT = 25;
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private static final int LIOBN = 0;
    private static final int START = 8;
    private static final int LAST = 16;
    private static final int PAGE_SHIFT = 24;
    private static final int RESERVED_BITS = 32;
    private static final int PAGE_LAST_UNIT = 40;
    private static final int REGION_SHIFT = 48;
    private static final int GUEST = 56;
    private static final int TABLE = 64;
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
        clear();
    }

    /** {@return where the cache lies, for {@link #stretch}} */
    public long address() {
        return address;
    }

    /** Forgets everything. */
    public void clear() {
        for (long stretch = address; stretch < address + BYTES; stretch += 1L << STRETCH_SHIFT) {
            UnsafeApi.putLong(null, stretch + LAST, -1);
        }
    }

    /** Frees the cache. */
    public void free() {
        offHeap.freeAddress(address, BYTES);
    }

    /**
     * Where the stretch of a bus address is remembered, if it is.
     *
     * @param address {@link #address} of the cache
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @return the place, for the other methods
     */
    public static long stretch(final long address, final long liobn, final long ioba) {
        final long hash = (liobn + (ioba >>> PLACE_SHIFT)) * HASH_MULTIPLIER;
        return address + (hash >>> (Long.SIZE - COUNT_SHIFT) << STRETCH_SHIFT);
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
        return Long.rotateRight(
                ioba - UnsafeApi.getLong(null, stretch + START), (int) UnsafeApi.getLong(null, stretch + PAGE_SHIFT));
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
     * @return number of its last unit of 4 KiB, from 0
     */
    public static long pageLastUnit(final long stretch) {
        return UnsafeApi.getLong(null, stretch + PAGE_LAST_UNIT);
    }

    /**
     * The page size that a region must have to be mapped in every table.
     *
     * @param stretch result of {@link #stretch}
     * @return log2 of the bytes
     */
    public static long regionPageShift(final long stretch) {
        return UnsafeApi.getLong(null, stretch + REGION_SHIFT);
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
     * Begins to remember a stretch without IOMMU tables.
     *
     * @param stretch where, a result of {@link #stretch} for an address in it
     * @param liobn logical I/O bus number
     * @param startIoba bus address of its first entry
     * @param entries how many
     * @param pageShift log2 of the I/O page size
     * @param guestView address of the first entry in the guest view
     */
    public static void remember(
            final long stretch,
            final long liobn,
            final long startIoba,
            final long entries,
            final int pageShift,
            final long guestView) {
        UnsafeApi.putLong(null, stretch + LIOBN, liobn);
        UnsafeApi.putLong(null, stretch + START, startIoba);
        UnsafeApi.putLong(null, stretch + LAST, entries - 1);
        UnsafeApi.putLong(null, stretch + PAGE_SHIFT, pageShift);
        UnsafeApi.putLong(null, stretch + RESERVED_BITS, Tce.reservedBits(pageShift));
        UnsafeApi.putLong(null, stretch + PAGE_LAST_UNIT, (1L << (pageShift - Memslots.UNIT_SHIFT)) - 1);
        UnsafeApi.putLong(null, stretch + REGION_SHIFT, 0);
        UnsafeApi.putLong(null, stretch + GUEST, guestView);
        for (int table = 0; table < MAX_TABLES; table++) {
            rememberTable(stretch, table, 0);
        }
    }

    /**
     * Remembers a stretch in an IOMMU table.
     *
     * @param stretch where
     * @param table 0 for the newest
     * @param hardwareView address of the first entry, 0 for no table
     */
    public static void rememberTable(final long stretch, final int table, final long hardwareView) {
        UnsafeApi.putLong(null, stretch + TABLE + ((long) table << TABLE_SHIFT), hardwareView);
    }

    /**
     * Demands pages of a region.
     *
     * @param stretch where
     * @param pageShift log2 of the page size that a region must have
     */
    public static void requireRegionPages(final long stretch, final int pageShift) {
        UnsafeApi.putLong(null, stretch + REGION_SHIFT, pageShift);
    }
}
