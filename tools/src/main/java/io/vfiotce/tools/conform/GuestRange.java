package io.vfiotce.tools.conform;

/**
 * A range of guest physical memory.
 *
 * @param gpa first guest physical address in bytes
 * @param sizeBytes length in bytes
 */
record GuestRange(long gpa, long sizeBytes) {
    /** Most memory that one range may have: far above every recording, far below what a JVM can map. */
    static final long MAX_BYTES = 1L << 38;

    boolean contains(final long address) {
        return Long.compareUnsigned(address - gpa, sizeBytes) < 0;
    }

    boolean overlaps(final GuestRange other) {
        return contains(other.gpa) || other.contains(gpa);
    }

    static void requireUsable(
            final LineFields fields, final String what, final long gpa, final long sizeBytes, final int hostPageShift)
            throws VectorFormatException {
        if (sizeBytes == 0 || Long.compareUnsigned(sizeBytes, MAX_BYTES) > 0) {
            throw fields.error(what + " of 0x" + Long.toHexString(sizeBytes) + " bytes is not in 1..0x"
                    + Long.toHexString(MAX_BYTES));
        }
        if (((gpa | sizeBytes) & ((1L << hostPageShift) - 1)) != 0) {
            throw fields.error(what + " at 0x" + Long.toHexString(gpa) + " of 0x" + Long.toHexString(sizeBytes)
                    + " bytes is not aligned to pages of " + (1 << hostPageShift) + " bytes");
        }
        if (Long.compareUnsigned(gpa + (sizeBytes - 1), gpa) < 0) {
            throw fields.error(what + " at 0x" + Long.toHexString(gpa) + " wraps around the address space");
        }
    }
}
