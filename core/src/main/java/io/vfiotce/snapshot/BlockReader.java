package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.BLOCK_HEADER_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.FLAGS_OFFSET;
import static io.vfiotce.snapshot.SnapshotDescriptor.HEADER_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.HEADER_CRC_OFFSET;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAGIC;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAX_PAYLOAD_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS_OFFSET;
import static io.vfiotce.snapshot.SnapshotDescriptor.RESERVED_OFFSET;
import static io.vfiotce.snapshot.SnapshotDescriptor.VERSION;
import static io.vfiotce.snapshot.SnapshotDescriptor.VERSION_OFFSET;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the blocks of a snapshot, one at a time into one buffer: no length in the data decides how much memory is taken, and
 * nothing of a block is used before its checksum is right.
 *
 * @threads one
 */
final class BlockReader {
    private final InputStream in;
    private final CRC32C crc = new CRC32C();
    // As it was built: behind the checksum of the block before.
    private final ByteBuffer block =
            ByteBuffer.allocate(Integer.BYTES + BLOCK_HEADER_BYTES + MAX_PAYLOAD_BYTES + Integer.BYTES);
    private long blockOffset;
    private long readBytes;

    /** Reads the header. */
    BlockReader(final InputStream in) throws IOException {
        this.in = in;
        final int start = Integer.BYTES;
        fill(start, HEADER_BYTES, "header");
        if (block.getLong(start) != MAGIC) {
            throw SnapshotException.atByte(0, "not a table snapshot: wrong magic");
        }
        final int version = block.getShort(start + VERSION_OFFSET) & 0xffff;
        if (version != VERSION) {
            throw SnapshotException.atByte(
                    VERSION_OFFSET, "version " + version + " of table snapshots is not known here, only " + VERSION);
        }
        requireChecksum(start + HEADER_CRC_OFFSET);
        if (block.getShort(start + FLAGS_OFFSET) != 0
                || block.getInt(start + PAGE_WORDS_OFFSET) != PAGE_WORDS
                || block.getInt(start + RESERVED_OFFSET) != 0) {
            throw SnapshotException.atByte(
                    FLAGS_OFFSET, "flags or page size that version " + VERSION + " does not have");
        }
    }

    /** Reads the next block; its payload lies between the position and the limit of {@link #payload}. Returns its tag. */
    int next() throws IOException {
        block.clear();
        blockOffset = readBytes;
        final int start = Integer.BYTES;
        fill(start, BLOCK_HEADER_BYTES, "block");
        final int payloadBytes = block.getInt(start + Integer.BYTES);
        if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES) {
            throw refuse("a block of " + Integer.toUnsignedString(payloadBytes) + " bytes, over " + MAX_PAYLOAD_BYTES);
        }
        final int payload = start + BLOCK_HEADER_BYTES;
        fill(payload, payloadBytes + Integer.BYTES, "block");
        requireChecksum(payload + payloadBytes);
        block.limit(payload + payloadBytes).position(payload);
        return block.getInt(start);
    }

    ByteBuffer payload() {
        return block;
    }

    /** Bytes of the snapshot up to and with this block. */
    long readBytes() {
        return readBytes;
    }

    /** Makes a refusal that names where this block starts. */
    SnapshotException refuse(final String why) {
        return SnapshotException.atByte(blockOffset, why);
    }

    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw SnapshotException.atByte(readBytes, "data after the end");
        }
    }

    private void fill(final int index, final int bytes, final String what) throws IOException {
        final int read = in.readNBytes(block.array(), index, bytes);
        readBytes += read;
        if (read != bytes) {
            throw SnapshotException.atByte(readBytes, "truncated: it ends in a " + what);
        }
    }

    /** Compares the checksum at an index with that of all before it; it then begins the next block. */
    private void requireChecksum(final int index) {
        crc.reset();
        crc.update(block.array(), 0, index);
        final int checksum = block.getInt(index);
        if (checksum != (int) crc.getValue()) {
            throw refuse("the checksum of what starts here is wrong");
        }
        block.putInt(0, checksum);
    }
}
