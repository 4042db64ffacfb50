package io.vfiotce.papr;

/**
 * The TCE word: a page address with two permission bits.
 *
 * <pre>
 *   63                       page_shift          2   1   0
 *  +--------------------------+-------------------+---+---+
 *  | real page number         | 0 (see below)     | W | R |
 *  +--------------------------+-------------------+---+---+
 * </pre>
 *
 * The bits between must be 0 in a word with a permission; a word without permissions may hold anything ("poison").
 *
 * @source Linux arch/powerpc/include/asm/tce.h, kvmppc_tce_validate()
 */
public final class Tce {
    /** The device may read memory. */
    public static final long READ = 0x1;

    /** The device may write memory. */
    public static final long WRITE = 0x2;

    /** Both permission bits; their value is also the two-bit permission code of {@link #permissions}. */
    public static final long PERMISSIONS = READ | WRITE;

    /** Size of a TCE in bytes. */
    public static final int BYTES = Long.BYTES;

    private Tce() {}

    /**
     * The permissions of a TCE.
     *
     * @param tce the word
     * @return 0 none, 1 read, 2 write, 3 both
     */
    public static int permissions(final long tce) {
        return (int) (tce & PERMISSIONS);
    }

    /**
     * The page that a TCE points to.
     *
     * @param tce the word
     * @param pageShift log2 of the I/O page size in bytes
     * @return address of the page's first byte
     */
    public static long pageAddress(final long tce, final int pageShift) {
        return tce & -(1L << pageShift);
    }

    /**
     * The bits that must be 0 in a TCE with a permission.
     *
     * @param pageShift log2 of the I/O page size in bytes
     * @return mask of bits {@code pageShift-1 .. 2}
     */
    public static long reservedBits(final int pageShift) {
        return ((1L << pageShift) - 1) & ~PERMISSIONS;
    }
}
