package io.vfiotce.papr;

/**
 * Calls of the firmware (RTAS) that make and remove DMA windows: tokens, statuses, page sizes.
 *
 * <p>The buffer of a call, big-endian 32-bit words:
 *
 * <pre>
 *   +-------+-------+------+-----------------+----------------+
 *   | token | nargs | nret | nargs arguments | nret results   |
 *   +-------+-------+------+-----------------+----------------+
 * </pre>
 *
 * The first result is the status.
 *
 * @source PAPR (LoPAR) chapter on dynamic DMA windows; QEMU 7.2 hw/ppc/spapr_rtas_ddw.c
 */
public final class Rtas {
    /** ibm,query-pe-dma-window: what windows can be made. */
    public static final long QUERY_PE_DMA_WINDOW = 0x2026;

    /** ibm,create-pe-dma-window: makes one. */
    public static final long CREATE_PE_DMA_WINDOW = 0x2027;

    /** ibm,remove-pe-dma-window: removes one. */
    public static final long REMOVE_PE_DMA_WINDOW = 0x2028;

    /** ibm,reset-pe-dma-window: restores the default window alone. */
    public static final long RESET_PE_DMA_WINDOW = 0x2029;

    /** The call did what it was asked to. */
    public static final long SUCCESS = 0;

    /** It could not be done. */
    public static final long HARDWARE_ERROR = -1;

    /** It could not be done now; the guest may ask again. */
    public static final long BUSY = -2;

    /** An argument is wrong. */
    public static final long PARAMETER_ERROR = -3;

    /** Most arguments, and most results, that a buffer may have. */
    public static final int MAX_WORDS = 16;

    /** Words of a buffer before the arguments. */
    public static final int HEADER_WORDS = 3;

    private static final int[] PAGE_SHIFTS = {12, 16, 24, 25, 26, 27, 28, 34, 21};

    private Rtas() {}

    /**
     * The page sizes of windows as a query answers them.
     *
     * @param pageSizeMask sum of page sizes in bytes
     * @return bit 0 for 4 KiB, then 64 KiB, 16 MiB, 32 MiB, 64 MiB, 128 MiB, 256 MiB, 16 GiB, 2 MiB; sizes without a bit are
     *     left out
     */
    public static long pageSizeBits(final long pageSizeMask) {
        long bits = 0;
        for (int bit = 0; bit < PAGE_SHIFTS.length; bit++) {
            bits |= (pageSizeMask >>> PAGE_SHIFTS[bit] & 1) << bit;
        }
        return bits;
    }
}
