package io.vfiotce.tools.demo;

import org.agrona.concurrent.UnsafeBuffer;

/** Contents of packets: the packet's number, random words, and at the end a checksum over both. */
final class Packet {
    /** Room for the number, a word and the checksum. */
    static final int MIN_BYTES = 64;

    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    private Packet() {}

    /** A well mixed word for each number. */
    static long mix(final long number) {
        long word = number * STEP;
        word = (word ^ (word >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
        return word ^ (word >>> 32);
    }

    /** Writes a packet. */
    static void fill(final UnsafeBuffer buffer, final int index, final int bytes, final long number) {
        final int end = index + bytes - Long.BYTES;
        long word = mix(number);
        buffer.putLong(index, number);
        int i = index + Long.BYTES;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            word += STEP;
            buffer.putLong(i, word ^ (word >>> 29));
        }
        for (; i < end; i++) {
            buffer.putByte(i, (byte) word);
        }
        buffer.putLong(end, checksum(buffer, index, bytes));
    }

    /** Whether a packet is the one of this number, and whole. */
    static boolean isIntact(final UnsafeBuffer buffer, final int index, final int bytes, final long number) {
        return buffer.getLong(index) == number
                && buffer.getLong(index + bytes - Long.BYTES) == checksum(buffer, index, bytes);
    }

    private static long checksum(final UnsafeBuffer buffer, final int index, final int bytes) {
        final int end = index + bytes - Long.BYTES;
        long sum = bytes;
        int i = index;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            sum = Long.rotateLeft(sum, 7) + buffer.getLong(i);
        }
        for (; i < end; i++) {
            sum = Long.rotateLeft(sum, 7) + buffer.getByte(i);
        }
        return sum;
    }
}
