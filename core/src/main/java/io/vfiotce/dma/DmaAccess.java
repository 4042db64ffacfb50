package io.vfiotce.dma;

import io.vfiotce.papr.Tce;

/** What a device does with memory, in the bits of a TCE that allow it. */
public final class DmaAccess {
    /** The device reads memory. */
    public static final int READ = (int) Tce.READ;

    /** The device writes memory. */
    public static final int WRITE = (int) Tce.WRITE;

    /** The device reads and writes memory. */
    public static final int READ_WRITE = READ | WRITE;

    private DmaAccess() {}

    /** Whether it is one of the three. */
    static boolean isValid(final int access) {
        return access > 0 && access <= READ_WRITE;
    }

    /** Why a TCE that does not allow an access refuses it. */
    static int refusal(final long tce) {
        return (tce & Tce.PERMISSIONS) != 0 ? DmaStatus.PERMISSION : DmaStatus.UNMAPPED;
    }

    /**
     * A name for messages.
     *
     * @param access the bits of an access
     * @return the name
     */
    public static String name(final int access) {
        return switch (access) {
            case READ -> "READ";
            case WRITE -> "WRITE";
            case READ_WRITE -> "READ_WRITE";
            default -> "access " + access;
        };
    }
}
