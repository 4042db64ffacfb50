package io.vfiotce.tools.trace;

/** Reads what {@link VarintWriter} wrote; what it cannot have written is an {@link IllegalArgumentException}. */
final class VarintReader {
    private final byte[] bytes;
    private int position;

    VarintReader(final byte[] bytes) {
        this.bytes = bytes;
    }

    int readByte() {
        if (position == bytes.length) {
            throw new IllegalArgumentException("block ends in the middle of a column");
        }
        return bytes[position++] & 0xff;
    }

    long readUnsigned() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            final int next = readByte();
            final long bits = next & 0x7f;
            if (shift == 63 && next > 1 || shift > 0 && next == 0) {
                throw new IllegalArgumentException("bad varint");
            }
            value |= bits << shift;
            if (next < 0x80) {
                return value;
            }
        }
    }

    long readSigned() {
        final long value = readUnsigned();
        return value >>> 1 ^ -(value & 1);
    }

    int readInt() {
        final long value = readSigned();
        if (value != (int) value) {
            throw new IllegalArgumentException("number has more than 32 bits");
        }
        return (int) value;
    }

    boolean atEnd() {
        return position == bytes.length;
    }
}
