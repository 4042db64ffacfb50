package io.vfiotce.dma;

/** How an access of a device ended. */
public final class DmaStatus {
    /** The access was done. */
    public static final int OK = 0;

    /** The page's TCE allows nothing. */
    public static final int UNMAPPED = 1;

    /** The page's TCE does not allow this access. */
    public static final int PERMISSION = 2;

    /** The address lies in no window. */
    public static final int OUTSIDE = 3;

    /** There is no window at all: none was made yet, or the device was taken from its windows. */
    public static final int DETACHED = 4;

    /** The TCE points to what is not memory of the guest, or there is no translation and the address is not. */
    public static final int UNBACKED = 5;

    /** The address of a word is not a multiple of its size. */
    public static final int UNALIGNED = 6;

    /** The caller's array has no room for all segments. */
    public static final int TOO_SMALL = 7;

    private static final String[] NAMES = {
        "OK", "UNMAPPED", "PERMISSION", "OUTSIDE", "DETACHED", "UNBACKED", "UNALIGNED", "TOO_SMALL"
    };

    private DmaStatus() {}

    /**
     * A name for messages.
     *
     * @param status one of the above
     * @return the name
     */
    public static String name(final int status) {
        return status >= 0 && status < NAMES.length ? NAMES[status] : "status " + status;
    }
}
