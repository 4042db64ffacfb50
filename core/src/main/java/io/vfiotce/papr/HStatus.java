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

    /** The caller may not use the call. */
    public static final long H_PRIVILEGE = -3;

    /** An argument is wrong. */
    public static final long H_PARAMETER = -4;

    /** The request is refused for now for lack of a resource. */
    public static final long H_NOT_ENOUGH_RESOURCES = -44;

    /** This layer passes the call on to the next one. Internal: a guest never sees it. */
    public static final long H_TOO_HARD = 9999;

    private HStatus() {}

    /**
     * Whether a status may be shown to a guest as the result of a TCE hypercall.
     *
     * @param status any value
     * @return true for the statuses that these hypercalls can end with
     */
    public static boolean isGuestVisible(final long status) {
        return status == H_SUCCESS
                || (status <= H_HARDWARE && status >= H_PARAMETER)
                || status == H_NOT_ENOUGH_RESOURCES;
    }
}
