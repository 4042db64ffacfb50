package io.vfiotce.memory;

/**
 * The host's memory as pinning sees it: which physical page is behind a user address, how large it is, whether it can be
 * pinned.
 *
 * <p>Physical addresses are user addresses plus a constant, so a physical address leads back to its user address.
 *
 * @threads any; pinning is called with a lock held and must not call back into the library
 */
public interface HostMemory {
    /** The largest page of any table in bytes. */
    long LARGEST_PAGE_BYTES = 1L << 34;

    /**
     * Memory that can be pinned everywhere, made of ordinary host pages.
     *
     * @param hpaOffsetBytes host physical address less user address, a multiple of {@link #LARGEST_PAGE_BYTES}
     * @return the memory
     */
    static HostMemory flat(final long hpaOffsetBytes) {
        return () -> hpaOffsetBytes;
    }

    /** {@return host physical address less user address in bytes: always the same, a multiple of {@link #LARGEST_PAGE_BYTES}} */
    long hpaOffsetBytes();

    /**
     * The smallest page behind a range.
     *
     * @param ua first user address
     * @param sizeBytes length in bytes
     * @param hostPageShift log2 of the ordinary page size
     * @return log2 of the page size in bytes; more than {@code hostPageShift} only if huge pages back all of it
     */
    default int pageShift(final long ua, final long sizeBytes, final int hostPageShift) {
        return hostPageShift;
    }

    /**
     * Pins pages for writing by a device.
     *
     * @param ua first user address
     * @param pages how many ordinary pages
     * @return how many were pinned, from the first on; fewer than asked for if one cannot be
     */
    default long pin(final long ua, final long pages) {
        return pages;
    }

    /**
     * Unpins pages.
     *
     * @param ua first user address
     * @param pages how many ordinary pages, pinned before
     */
    default void unpin(final long ua, final long pages) {}
}
