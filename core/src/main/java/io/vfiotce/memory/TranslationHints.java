package io.vfiotce.memory;

import io.vfiotce.papr.Tce;
import org.agrona.UnsafeApi;

/**
 * Where the memory that one device used last lies in this process, so that the next access to it walks no table.
 *
 * <p>A hint is for a piece of 4 KiB of the bus, the least that an I/O page or a memory slot can be, so that no access asks
 * how large its page is. It has a place by the piece's number, {@value #COUNT} places in all, and four words:
 *
 * <pre>
 *    0  bus address of the piece's first byte
 *    1  address of its page's TCE word
 *    2  the word that was found there
 *    3  address of the piece's first byte in this process, a multiple of 8; bits 0 and 1: read, write forbidden
 * </pre>
 *
 * <p>A hint holds only while the TCE word, loaded again for every access, is the one that was found: so whoever maps or unmaps
 * a page makes hints void without knowing of them. The addresses are valid as long as {@link ChangeCount} says so.
 *
 * @threads the device's own
 * @ordering plain, for nobody else reads a hint; the TCE word is loaded with acquire
 */
public final class TranslationHints {
    /** Number of places. */
    public static final int COUNT = 1024;

    /** log2 of the bytes of a piece. */
    public static final int PIECE_SHIFT = 12;

    /** Bytes of a piece. */
    public static final long PIECE_BYTES = 1L << PIECE_SHIFT;

    private static final int HINT_SHIFT = 5;
    private static final int PIECE = 0;
    private static final int WORD = 8;
    private static final int FOUND = 16;
    private static final int HOST = 24;
    private static final long HOST_MASK = -Long.BYTES;

    private final OffHeap offHeap;
    private final WordPage block;
    private final long places;
    private final int count;

    /**
     * Creates hints, all void.
     *
     * @param offHeap where they are kept
     * @param enabled whether any is to be made
     * @throws OutOfMemoryError if there is no memory for them
     */
    public TranslationHints(final OffHeap offHeap, final boolean enabled) {
        this.offHeap = offHeap;
        count = enabled ? COUNT : 1;
        block = offHeap.allocateOrThrow(OffHeap.ALIGNMENT_BYTES + (count << HINT_SHIFT), "translation hints");
        block.setWordPlain(0, Tce.PERMISSIONS);
        places = block.addressOffset() + OffHeap.ALIGNMENT_BYTES;
        clear();
    }

    /** {@return whether hints are to be made} */
    public boolean isEnabled() {
        return count > 1;
    }

    /** {@return what {@link #place} takes of a bus address: nothing if no hint is to be made, for one void hint is enough then} */
    public long placeMask() {
        return (count - 1L) << HINT_SHIFT;
    }

    /** {@return where the places lie} */
    public long places() {
        return places;
    }

    /** {@return address of a word that always has both permissions: the TCE of what needs no translation} */
    public long permittingWord() {
        return block.addressOffset();
    }

    /** Makes every hint void. */
    public void clear() {
        for (int i = 0; i < count; i++) {
            // The old TCE word may be freed, so another one stands for it.
            remember(place(places, placeMask(), (long) i << PIECE_SHIFT), 0, permittingWord(), 0, Tce.PERMISSIONS);
        }
    }

    /** Frees the memory. */
    public void free() {
        offHeap.free(block);
    }

    /**
     * The place of a bus address.
     *
     * @param places {@link #places}
     * @param placeMask {@link #placeMask}
     * @param ioba bus address
     * @return address of its piece's hint, or of another piece's in its place
     */
    public static long place(final long places, final long placeMask, final long ioba) {
        return places + (ioba >>> (PIECE_SHIFT - HINT_SHIFT) & placeMask);
    }

    /**
     * The piece of a hint.
     *
     * @param hint result of {@link #place}
     * @return bus address of its first byte
     */
    public static long piece(final long hint) {
        return UnsafeApi.getLong(null, hint + PIECE);
    }

    /**
     * Where the piece lies, and what is forbidden there.
     *
     * @param hint result of {@link #place}
     * @return address of the first byte in this process; bits 0 and 1 say what is forbidden
     */
    public static long host(final long hint) {
        return UnsafeApi.getLong(null, hint + HOST);
    }

    /**
     * The address alone.
     *
     * @param host result of {@link #host}
     * @return address of the first byte in this process
     */
    public static long address(final long host) {
        return host & HOST_MASK;
    }

    /**
     * Whether the page's TCE word has changed since the hint was made.
     *
     * @param hint result of {@link #place}
     * @return 0 if it has not
     * @ordering the TCE word is loaded with acquire
     */
    public static long changed(final long hint) {
        return UnsafeApi.getLongAcquire(null, UnsafeApi.getLong(null, hint + WORD))
                ^ UnsafeApi.getLong(null, hint + FOUND);
    }

    /**
     * Makes a hint in the place of another.
     *
     * @param hint result of {@link #place}
     * @param piece bus address of the piece's first byte
     * @param word address of the page's TCE word
     * @param found the word that was found there
     * @param host address of the piece's first byte in this process, with the bits of what is forbidden
     */
    public static void remember(final long hint, final long piece, final long word, final long found, final long host) {
        UnsafeApi.putLong(null, hint + PIECE, piece);
        UnsafeApi.putLong(null, hint + WORD, word);
        UnsafeApi.putLong(null, hint + FOUND, found);
        UnsafeApi.putLong(null, hint + HOST, host);
    }
}
