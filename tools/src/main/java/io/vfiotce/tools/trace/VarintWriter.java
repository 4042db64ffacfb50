package io.vfiotce.tools.trace;

import java.util.Arrays;

/** Growing byte array of bytes and varints: seven bits per byte, low bits first, high bit set on all but the last. */
final class VarintWriter {
    private static final int INITIAL_BYTES = 1 << 16;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    void writeByte(final int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
    }

    /** Unsigned number. */
    void writeUnsigned(final long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    /** Signed number, small if near zero: zigzag. */
    void writeSigned(final long value) {
        writeUnsigned(value << 1 ^ value >> 63);
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }
}
