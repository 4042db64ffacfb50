package io.vfiotce.memory;

import io.vfiotce.papr.Tce;
import org.agrona.UnsafeApi;

/**
 * Where the memory that one device used last lies in this process, so that the next access to it walks no table.
 *
 * <p>A hint is for a piece of 4 KiB of the bus and one kind of access: so no access asks how large its page is, or what the
 * page permits. The piece is the least that an I/O page or a memory slot can be. A hint has a place by its kind and the number
 * of its piece, {@value #COUNT} places for each kind, and four words:
 *
 * <pre>
 *    0  number of the piece: bus address / 4 KiB
 *    1  address of its page's TCE word
 *    2  the word that was found there
 *    3  how far the piece lies in this process from where it lies on the bus, in bytes
 * </pre>
 *
 * <p>A hint holds only while the TCE word, loaded again for every access, is the one that was found: so whoever maps or unmaps
 * a page makes hints void without knowing of them. The addresses are valid as long as {@link ChangeCount} says so.
 *
 * @threads the device's own
 * @ordering plain, for nobody else reads a hint; the TCE word is loaded with acquire
 */
public final class TranslationHints {
    /** Number of places for each kind of access. */
    public static final int COUNT = 1024;

    /** log2 of the bytes of a piece. */
    public static final int PIECE_SHIFT = 12;

    /** Bytes of a piece. */
    public static final long PIECE_BYTES = 1L << PIECE_SHIFT;

    private static final int HINT_SHIFT = 5;
    private static final int PIECE = 0;
    private static final int WORD = 8;
    private static final int FOUND = 16;
    private static final int SHIFT_BYTES = 24;
    private static final long NO_PIECE = -1;

    /** Instead of places, for a device that has to look elsewhere first. */
    public static final long OUTDATED = 0;

    /** Instead of places, for a device without hints. */
    public static final long DISABLED = -1;

    // A kind that no access has is among them, always void.
    private static final int KINDS = (int) Tce.PERMISSIONS + 1;
    private static final long PLACE_MASK = (COUNT - 1L) << HINT_SHIFT;
    private static final int KIND_SHIFT = HINT_SHIFT + Integer.numberOfTrailingZeros(COUNT);
    private static final long BYTES = (long) KINDS << KIND_SHIFT;

    // One word for all devices of the JVM; never freed.
    private static final long PERMITTING_WORD = UnsafeApi.allocateMemory(Long.BYTES);

    static {
        UnsafeApi.putLong(null, PERMITTING_WORD, Tce.PERMISSIONS);
    }

    private final OffHeap offHeap;
    private final long places;
    private int usedKinds;

    /**
     * Creates hints, all void.
     *
     * @param offHeap where they are kept
     * @param enabled whether any is to be made
     * @throws OutOfMemoryError if there is no memory for them
     */
    public TranslationHints(final OffHeap offHeap, final boolean enabled) {
        this.offHeap = offHeap;
        if (enabled) {
            places = offHeap.allocateAddress(BYTES);
            if (places == 0) {
                throw new OutOfMemoryError("no off-heap memory for translation hints");
            }
            clear(places, BYTES);
        } else {
            places = DISABLED;
        }
    }

    /** {@return whether hints are to be made} */
    public boolean isEnabled() {
        return places != DISABLED;
    }

    /** {@return where the places lie, for {@link #place}; {@link #DISABLED} if there are none} */
    public long places() {
        return places;
    }

    /** {@return address of a word that always has both permissions: the TCE of what needs no translation} */
    public static long permittingWord() {
        return PERMITTING_WORD;
    }

    /**
     * Makes every hint void.
     *
     * @cost none for kinds of access that no hint was made for
     */
    public void clear() {
        for (int kind = 0; kind < KINDS; kind++) {
            if ((usedKinds & 1 << kind) != 0) {
                clear(places + ((long) kind << KIND_SHIFT), 1L << KIND_SHIFT);
            }
        }
        usedKinds = 0;
    }

    private static void clear(final long start, final long bytes) {
        for (long hint = start; hint < start + bytes; hint += 1L << HINT_SHIFT) {
            // No piece has this number, and the word of another piece's hint, which may be freed, is not looked at.
            UnsafeApi.putLong(null, hint + PIECE, NO_PIECE);
        }
    }

    /** Frees the memory. */
    public void free() {
        if (isEnabled()) {
            offHeap.freeAddress(places, BYTES);
        }
    }

    /**
     * The place of a bus address.
     *
     * @param places {@link #places}
     * @param ioba bus address
     * @param access what for, in the bits of a TCE's permissions
     * @return address of the hint for the piece and this access, or of another piece's in its place
     */
    public static long place(final long places, final long ioba, final int access) {
        return places + ((access & Tce.PERMISSIONS) << KIND_SHIFT) + (ioba >>> (PIECE_SHIFT - HINT_SHIFT) & PLACE_MASK);
    }

    /**
     * Whether a hint is for a range of the bus, and the page's TCE word is the one that it was made from.
     *
     * @param hint result of {@link #place} for the first address
     * @param ioba first address
     * @param length how many bytes
     * @return false if the range is not all in the hint's piece, or empty, or the TCE has changed
     * @ordering the TCE word is loaded with acquire
     */
    public static boolean holds(final long hint, final long ioba, final long length) {
        // The place is the first address's, so if the last one is in the piece so is the first: the other pieces of
        // a place are farther away than a piece's length.
        return (ioba + length - 1) >>> PIECE_SHIFT == UnsafeApi.getLong(null, hint + PIECE)
                && (length - 1) >>> PIECE_SHIFT == 0
                && UnsafeApi.getLongAcquire(null, UnsafeApi.getLong(null, hint + WORD))
                        == UnsafeApi.getLong(null, hint + FOUND);
    }

    /**
     * Where a bus address lies in this process.
     *
     * @param hint a hint that {@link #holds}
     * @param ioba the address
     * @return the address in this process
     */
    public static long address(final long hint, final long ioba) {
        return ioba + UnsafeApi.getLong(null, hint + SHIFT_BYTES);
    }

    /**
     * Makes a hint in the place of another.
     *
     * @param ioba a bus address
     * @param access what the hint is for, permitted there
     * @param word address of the page's TCE word
     * @param found the word that was found there
     * @param address where {@code ioba} lies in this process
     */
    public void remember(final long ioba, final int access, final long word, final long found, final long address) {
        final long hint = place(places, ioba, access);
        UnsafeApi.putLong(null, hint + PIECE, ioba >>> PIECE_SHIFT);
        UnsafeApi.putLong(null, hint + WORD, word);
        UnsafeApi.putLong(null, hint + FOUND, found);
        UnsafeApi.putLong(null, hint + SHIFT_BYTES, address - ioba);
        usedKinds |= 1 << access;
    }
}
