package io.vfiotce.tools.trace;

/** Numbering of PCI host bridges and their windows. */
public final class PhbLiobns {
    private static final long BUID_BASE = 0x800000020000000L;
    private static final long PCI_BIT = 0x80000000L;
    private static final long MAX_PHB_INDEX = (PCI_BIT >>> 8) - 1;
    private static final long WINDOW_MASK = 0xff;

    private PhbLiobns() {}

    /** LIOBN of the default window of the bridge that the event names. */
    static long defaultWindow(final LogEvent event) throws TraceFormatException {
        final long phbIndex = event.buid - BUID_BASE;
        if (phbIndex < 0 || phbIndex > MAX_PHB_INDEX) {
            throw event.error("buid " + WindowGeometry.hex(event.buid) + " is not that of a host bridge");
        }
        return PCI_BIT | phbIndex << 8;
    }

    /** LIOBN of the other window of the bridge that the event names. */
    static long dynamicWindow(final LogEvent event) throws TraceFormatException {
        return defaultWindow(event) | 1;
    }

    /**
     * Whether a window is that of a PCI host bridge and not of a virtual device.
     *
     * @param liobn logical I/O bus number
     * @return whether bit 31 is set
     */
    public static boolean isPci(final long liobn) {
        return (liobn & PCI_BIT) != 0;
    }

    /**
     * The bridge that a PCI window belongs to.
     *
     * @param liobn logical I/O bus number of a PCI window
     * @return LIOBN of the bridge's first window
     */
    public static long bridge(final long liobn) {
        return liobn & ~WINDOW_MASK;
    }

    /** Whether only ddw_create can bring the window to life: a PCI window other than the first of its bridge. */
    static boolean isDynamic(final long liobn) {
        return isPci(liobn) && (liobn & WINDOW_MASK) != 0;
    }
}
