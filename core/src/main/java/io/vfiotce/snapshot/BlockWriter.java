package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.BLOCK_HEADER_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAGIC;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAX_PAYLOAD_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGES_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;
import static io.vfiotce.snapshot.SnapshotDescriptor.RECORD_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.VERSION;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes the blocks of a snapshot, each by one write of the stream.
 *
 * @threads one
 */
final class BlockWriter {
    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    // A block is built behind the checksum of the one before it, which its own checksum begins with.
    private final ByteBuffer block =
            ByteBuffer.allocate(Integer.BYTES + BLOCK_HEADER_BYTES + MAX_PAYLOAD_BYTES + Integer.BYTES);
    private long writtenBytes;
    private int openWindow = -1;

    /** Writes the header. */
    BlockWriter(final OutputStream out) throws IOException {
        this.out = out;
        block.putInt(0)
                .putLong(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) 0)
                .putInt(PAGE_WORDS)
                .putInt(0);
        write();
    }

    /** Bytes of the whole snapshot once a block with so much payload is written. */
    long bytesAfter(final int payloadBytes) {
        return writtenBytes + BLOCK_HEADER_BYTES + payloadBytes + Integer.BYTES;
    }

    /** Begins a block; its payload is put into the buffer returned. */
    ByteBuffer begin(final int tag) throws IOException {
        endPages();
        block.putInt(tag).putInt(0);
        return block;
    }

    /** Ends the block that was begun. */
    void end() throws IOException {
        final int payloadBytes = block.position() - Integer.BYTES - BLOCK_HEADER_BYTES;
        block.putInt(2 * Integer.BYTES, payloadBytes);
        write();
    }

    /** Adds a record of entries of one page; records of one window share blocks. */
    void record(final int window, final long page, final long[] words, final int first, final int count)
            throws IOException {
        if (openWindow != window || block.remaining() < RECORD_BYTES + count * Long.BYTES + Integer.BYTES) {
            begin(PAGES_TAG).putInt(window).putInt(0);
            openWindow = window;
        }
        block.putLong(page).putInt(first).putInt(count);
        for (int i = first; i < first + count; i++) {
            block.putLong(words[i]);
        }
    }

    private void endPages() throws IOException {
        if (openWindow >= 0) {
            openWindow = -1;
            end();
        }
    }

    private void write() throws IOException {
        crc.reset();
        crc.update(block.array(), 0, block.position());
        final int checksum = (int) crc.getValue();
        block.putInt(checksum);
        final int bytes = block.position() - Integer.BYTES;
        out.write(block.array(), Integer.BYTES, bytes);
        writtenBytes += bytes;
        block.clear().putInt(checksum);
    }

    void flush() throws IOException {
        out.flush();
    }
}
