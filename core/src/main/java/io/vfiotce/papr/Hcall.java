package io.vfiotce.papr;

/**
 * Numbers of the four TCE hypercalls and of H_RTAS, and the limits that PAPR puts on their arguments.
 *
 * @source PAPR; Linux arch/powerpc/include/asm/hvcall.h
 */
public final class Hcall {
    /** Reads one TCE: r4 LIOBN, r5 IOBA; the TCE comes back in r4. */
    public static final long H_GET_TCE = 0x1C;

    /** Writes one TCE: r4 LIOBN, r5 IOBA, r6 TCE. */
    public static final long H_PUT_TCE = 0x20;

    /** Writes one value to consecutive TCEs: r4 LIOBN, r5 IOBA, r6 value, r7 count in pages. */
    public static final long H_STUFF_TCE = 0x138;

    /** Writes a list of TCEs: r4 LIOBN, r5 IOBA, r6 guest physical address of the list, r7 count in pages. */
    public static final long H_PUT_TCE_INDIRECT = 0x13C;

    /** Calls the firmware: r4 guest physical address of the RTAS buffer. Not one of the four TCE hypercalls. */
    public static final long H_RTAS = 0xF000;

    /** Most TCEs that one {@link #H_PUT_TCE_INDIRECT} may carry: one 4 KiB list page of 8-byte words. */
    public static final int MAX_LIST_TCES = 512;

    /** Size and alignment of the list page of {@link #H_PUT_TCE_INDIRECT}, in bytes. */
    public static final int LIST_PAGE_BYTES = 4096;

    /** How many hypercalls there are; {@link #index} numbers them from 0. */
    public static final int COUNT = 4;

    private Hcall() {}

    /**
     * A dense number for each TCE hypercall, for counters and masks.
     *
     * @param opcode hypercall number as the guest passes it in r3
     * @return 0 for GET, 1 for PUT, 2 for STUFF, 3 for INDIRECT, -1 for any other opcode
     */
    public static int index(final long opcode) {
        if (opcode == H_PUT_TCE) {
            return 1;
        }
        if (opcode == H_STUFF_TCE) {
            return 2;
        }
        if (opcode == H_PUT_TCE_INDIRECT) {
            return 3;
        }
        return opcode == H_GET_TCE ? 0 : -1;
    }

    /**
     * The name of a hypercall as PAPR spells it.
     *
     * @param index a number that {@link #index} returned
     * @return for example {@code "H_PUT_TCE"}
     */
    public static String name(final int index) {
        return switch (index) {
            case 0 -> "H_GET_TCE";
            case 1 -> "H_PUT_TCE";
            case 2 -> "H_STUFF_TCE";
            case 3 -> "H_PUT_TCE_INDIRECT";
            default -> "H_" + index;
        };
    }
}
