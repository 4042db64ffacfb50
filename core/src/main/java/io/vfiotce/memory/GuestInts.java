package io.vfiotce.memory;

import org.agrona.UnsafeApi;

/**
 * Big-endian 32-bit words in guest memory at any address, also across the border of two slots: the buffer of an RTAS call.
 *
 * <p>The guest may write the bytes at any time. A word is read once, byte by byte, and only the copy is used.
 *
 * @threads any; nothing is promised about words that others write meanwhile
 * @ordering plain
 */
public final class GuestInts {
    private static final int BYTE_BITS = 8;
    private static final int BYTE_MASK = 0xFF;

    private GuestInts() {}

    /**
     * Whether a run of words is guest memory from the first byte to the last.
     *
     * @param memslots the guest's memory
     * @param gpa guest physical address of the first word, any
     * @param count how many, from 1 to 1024: slots have no smaller parts than 4 KiB
     * @return false if a byte lies in a hole or beyond the end of the address space
     */
    public static boolean areBacked(final Memslots memslots, final long gpa, final int count) {
        final long last = gpa + (long) count * Integer.BYTES - 1;
        return Long.compareUnsigned(last, gpa) > 0 && memslots.isBacked(gpa) && memslots.isBacked(last);
    }

    /**
     * Reads a word.
     *
     * @param memslots the guest's memory, where {@link #areBacked} said yes
     * @param gpa guest physical address of the word
     * @return the word, from 0 to 2^32 - 1
     */
    public static long get(final Memslots memslots, final long gpa) {
        long word = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            word = word << BYTE_BITS | UnsafeApi.getByte(null, memslots.address(gpa + i)) & BYTE_MASK;
        }
        return word;
    }

    /**
     * Writes a word.
     *
     * @param memslots the guest's memory, where {@link #areBacked} said yes
     * @param gpa guest physical address of the word
     * @param word the word; its low 32 bits count
     */
    public static void put(final Memslots memslots, final long gpa, final long word) {
        for (int i = 0; i < Integer.BYTES; i++) {
            final long shifted = word >>> (Integer.BYTES - 1 - i) * BYTE_BITS;
            UnsafeApi.putByte(null, memslots.address(gpa + i), (byte) shifted);
        }
    }
}
