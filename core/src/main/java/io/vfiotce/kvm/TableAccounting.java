package io.vfiotce.kvm;

/**
 * The locked-memory charge of a TCE table.
 *
 * @source Linux kvmppc_tce_pages(), kvmppc_stt_pages()
 */
final class TableAccounting {
    /** Size of the kernel's table descriptor without its page pointers, in bytes, as recorded. */
    static final int DESCRIPTOR_BYTES = 80;

    private TableAccounting() {}

    /**
     * Host pages charged for a table: its TCEs, and the descriptor with one pointer for each of their pages.
     *
     * @param sizePages entries of the window, below 2^52
     * @param hostPageShift log2 of the host page size in bytes
     * @return host pages
     */
    static long lockedPages(final long sizePages, final int hostPageShift) {
        final long tcePages = roundUp(sizePages * Long.BYTES, hostPageShift);
        return tcePages + roundUp(DESCRIPTOR_BYTES + Long.BYTES * tcePages, hostPageShift);
    }

    private static long roundUp(final long bytes, final int hostPageShift) {
        return (bytes + (1L << hostPageShift) - 1) >>> hostPageShift;
    }
}
