package io.vfiotce.memory;

/**
 * A range of guest physical memory and what is behind it.
 *
 * @param gpa first guest physical address in bytes
 * @param sizeBytes length in bytes
 * @param ua user address of the first byte, the name that regions and IOMMU tables know the memory by: a number
 *     of the model, not where {@code memory} lies
 * @param memory the bytes; at least {@code sizeBytes} long
 */
public record Memslot(long gpa, long sizeBytes, long ua, GuestMemory memory) {
    /**
     * Checks the slot.
     *
     * @param gpa first guest physical address in bytes
     * @param sizeBytes length in bytes
     * @param ua user address of the first byte
     * @param memory the bytes
     * @throws IllegalArgumentException if the range is empty, wraps, or is longer than the memory
     */
    public Memslot {
        if (sizeBytes <= 0 || Long.compareUnsigned(gpa + (sizeBytes - 1), gpa) < 0) {
            throw new IllegalArgumentException(
                    "memslot gpa=0x" + Long.toHexString(gpa) + " sizeBytes=" + sizeBytes + " is empty or wraps");
        }
        if (sizeBytes > memory.sizeBytes()) {
            throw new IllegalArgumentException(
                    "memslot of " + sizeBytes + " bytes over memory of " + memory.sizeBytes());
        }
    }

    /** User address of guest physical address 0 in slots made by {@link #of}: a number of the model, nothing lies there. */
    public static final long DEFAULT_UA_BASE = 0x1000_0000_0000L;

    /**
     * A slot over a whole block of memory, with a user address of the model.
     *
     * @param gpa first guest physical address in bytes
     * @param memory the bytes
     * @return the slot
     */
    public static Memslot of(final long gpa, final GuestMemory memory) {
        return new Memslot(gpa, memory.sizeBytes(), DEFAULT_UA_BASE + gpa, memory);
    }
}
