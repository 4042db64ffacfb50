package io.vfiotce.snapshot;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes snapshots whose checksums are right, whatever else they say. */
final class SnapshotForger {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int checksum;

    /** Begins with a header of version 1. */
    static SnapshotForger begin() {
        return begin(1, 0, 512, 0);
    }

    static SnapshotForger begin(final int version, final int flags, final int pageWords, final int reserved) {
        return begin(0x8954_4345_530d_0a1aL, version, flags, pageWords, reserved);
    }

    static SnapshotForger begin(
            final long magic, final int version, final int flags, final int pageWords, final int reserved) {
        final SnapshotForger forger = new SnapshotForger();
        forger.put(ByteBuffer.allocate(20)
                .putLong(magic)
                .putShort((short) version)
                .putShort((short) flags)
                .putInt(pageWords)
                .putInt(reserved));
        return forger;
    }

    /** Adds a block of 64-bit words. */
    SnapshotForger block(final String tag, final long... words) {
        final ByteBuffer payload = ByteBuffer.allocate(words.length * 8);
        for (final long word : words) {
            payload.putLong(word);
        }
        return bytes(tag, payload.array());
    }

    SnapshotForger bytes(final String tag, final byte... payload) {
        final ByteBuffer block = ByteBuffer.allocate(8 + payload.length);
        put(block.put(tag.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(payload.length)
                .put(payload));
        return this;
    }

    SnapshotForger table(final long number, final long flags, final long liobn, final long shift, final long size) {
        return block("TABL", number << 32 | flags, liobn, shift << 32, 0, size);
    }

    /** Adds a block with one record of one word. */
    SnapshotForger page(final long number, final long page, final long first, final long word) {
        return block("PAGE", number << 32, page, first << 32 | 1, word);
    }

    SnapshotForger round(final long round, final long records) {
        return block("ROND", round << 32, records);
    }

    SnapshotForger end(final long rounds, final long windows, final long records) {
        return block("TEND", rounds << 32 | windows, records, out.size() + 36L);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void put(final ByteBuffer body) {
        final CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(checksum).array());
        crc.update(body.array());
        // Nothing comes before the header.
        checksum = (int) crc.getValue();
        out.writeBytes(body.array());
        out.writeBytes(ByteBuffer.allocate(4).putInt(checksum).array());
    }
}
