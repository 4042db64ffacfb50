package io.vfiotce.handoff;

/**
 * A PCI host bridge: where its DMA windows can be and what they can look like. It never changes; which windows exist does.
 *
 * @param buid unit address of the bridge on the bus, by which the guest names it
 * @param liobn LIOBN of window 0, the default window's
 * @param secondLiobn LIOBN of window 1
 * @param maxWindows 2 if the guest may make and remove windows, 1 if not
 * @param startBytes bus address of the default window, and of any window that is the only one
 * @param sizeBytes size of the default window in bytes, a multiple of its page size
 * @param pageShift log2 of the default window's page size in bytes
 * @param secondStartBytes bus address of a window that is made while there is another
 * @param pageSizeMask page sizes that a window may have: their sum, each a power of two
 * @source QEMU 7.2 struct SpaprPhbState
 */
public record HostBridge(
        long buid,
        long liobn,
        long secondLiobn,
        int maxWindows,
        long startBytes,
        long sizeBytes,
        int pageShift,
        long secondStartBytes,
        long pageSizeMask) {
    /** Most windows that a bridge can have. */
    public static final int MAX_WINDOWS = 2;

    private static final long BASE_BUID = 0x0800_0000_2000_0000L;
    private static final long BASE_LIOBN = 0x8000_0000L;
    private static final int INDEX_SHIFT = 8;
    private static final int MAX_INDEX = 0x7F_FFFF;
    private static final long DEFAULT_SIZE_BYTES = 1L << 30;
    private static final int DEFAULT_PAGE_SHIFT = 12;
    private static final long SECOND_START_BYTES = 1L << 59;
    private static final long DEFAULT_PAGE_SIZES = 1L << 12 | 1L << 16 | 1L << 21 | 1L << 24;

    /**
     * Checks the number of windows and the default window.
     *
     * @param buid unit address
     * @param liobn LIOBN of window 0
     * @param secondLiobn LIOBN of window 1
     * @param maxWindows 1 or 2
     * @param startBytes bus address of the default window, a multiple of its page size
     * @param sizeBytes size of the default window, a multiple of its page size
     * @param pageShift log2 of the default window's page size
     * @param secondStartBytes bus address of a second window
     * @param pageSizeMask sum of page sizes
     * @throws IllegalArgumentException if there cannot be so many windows, or the default window is not made of whole pages
     */
    public HostBridge {
        if (maxWindows < 1 || maxWindows > MAX_WINDOWS) {
            throw new IllegalArgumentException("maxWindows=" + maxWindows + " is not 1 or " + MAX_WINDOWS);
        }
        if (pageShift < 0 || pageShift >= Long.SIZE || sizeBytes >>> pageShift == 0) {
            throw new IllegalArgumentException("sizeBytes=" + sizeBytes + " has no page of 2^" + pageShift + " bytes");
        }
        if (((sizeBytes | startBytes) & (1L << pageShift) - 1) != 0) {
            throw new IllegalArgumentException("startBytes=" + startBytes + " or sizeBytes=" + sizeBytes
                    + " is no multiple of 2^" + pageShift + " bytes");
        }
    }

    /**
     * The bridge that a pseries machine has by default: a default window of 1 GiB with 4 KiB pages at bus address 0, and room
     * for a second one at 2^59, of pages of 4 KiB, 64 KiB, 2 MiB or 16 MiB.
     *
     * @param index number of the bridge, from 0
     * @return the bridge
     * @throws IllegalArgumentException if the index has no LIOBN
     */
    public static HostBridge ofIndex(final int index) {
        if (index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("index=" + index + " is not from 0 to " + MAX_INDEX);
        }
        final long liobn = BASE_LIOBN | (long) index << INDEX_SHIFT;
        return new HostBridge(
                BASE_BUID + index,
                liobn,
                liobn + 1,
                MAX_WINDOWS,
                0,
                DEFAULT_SIZE_BYTES,
                DEFAULT_PAGE_SHIFT,
                SECOND_START_BYTES,
                DEFAULT_PAGE_SIZES);
    }

    /**
     * Whether a LIOBN is one of the bridge's.
     *
     * @param number logical I/O bus number
     * @return true if one of its windows can have it
     */
    public boolean hasLiobn(final long number) {
        return number == liobn || number == secondLiobn;
    }
}
