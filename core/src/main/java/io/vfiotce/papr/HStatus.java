package io.vfiotce.papr;

/**
 * Statuses of hypercalls, as signed 64-bit values.
 *
 * @source PAPR; Linux arch/powerpc/include/asm/hvcall.h
 */
public final class HStatus {
    /** The call did what it was asked to. */
    public static final long H_SUCCESS = 0;

    /** The hypervisor could not finish the call; nothing was changed. */
    public static final long H_HARDWARE = -1;

    /** The hypercall does not exist. */
    public static final long H_FUNCTION = -2;

    /** An argument is wrong. */
    public static final long H_PARAMETER = -4;

    /** The request is refused for now for lack of a resource. */
    public static final long H_NOT_ENOUGH_RESOURCES = -44;

    private static final long LAST_ERROR = -256;
    private static final long LAST_RESULT = 15;
    private static final long FIRST_LONG_BUSY = 9900;
    private static final long LAST_LONG_BUSY = 9905;

    /** This layer passes the call on to the next one. Internal: a guest never sees it. */
    public static final long H_TOO_HARD = 9999;

    private HStatus() {}

    /**
     * Whether a TCE hypercall may end with a status.
     *
     * @param status any value
     * @return true for success and the errors that these hypercalls know
     */
    public static boolean isGuestVisible(final long status) {
        return status == H_SUCCESS
                || (status <= H_HARDWARE && status >= H_PARAMETER)
                || status == H_NOT_ENOUGH_RESOURCES;
    }

    /**
     * Whether any hypercall may end with a status.
     *
     * @param status any value
     * @return true for every status that PAPR has room for: results and errors around 0, and the long-busy range
     */
    public static boolean isDefined(final long status) {
        return (status >= LAST_ERROR && status <= LAST_RESULT)
                || (status >= FIRST_LONG_BUSY && status <= LAST_LONG_BUSY);
    }
}
