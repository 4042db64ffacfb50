package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.BinaryTraceDescriptor.BLOCK_HEADER_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.BLOCK_TAG;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.END_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.END_TAG;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.HEADER_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAGIC;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.VERSION;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/** Writes the binary form of a trace. */
final class BinaryTraceWriter {
    private final OutputStream out;
    private long fileBytes;

    BinaryTraceWriter(final OutputStream out) {
        this.out = out;
    }

    void write(final Trace trace) throws IOException {
        final TraceColumns columns = trace.columns();
        final int blocks = countBlocks(columns);
        writeHeader(trace, blocks);
        final BlockEncoder encoder = new BlockEncoder();
        int first = 0;
        for (int number = 0; number < blocks; number++) {
            final int end = first + BlockEncoder.recordsOfBlock(columns, first);
            writeBlock(encoder.encode(columns, first, end), number, end - first, words(columns, first, end));
            first = end;
        }
        final ByteBuffer end = allocate(END_BYTES);
        end.putInt(END_TAG).putInt(blocks).putLong(fileBytes + END_BYTES).putInt(0);
        writeWithCrc(end);
        out.flush();
    }

    private static int countBlocks(final TraceColumns columns) {
        int blocks = 0;
        for (int first = 0; first < columns.records; blocks++) {
            first += BlockEncoder.recordsOfBlock(columns, first);
        }
        return blocks;
    }

    private static int words(final TraceColumns columns, final int first, final int end) {
        int words = 0;
        for (int i = first; i < end; i++) {
            words += BlockEncoder.wordsOf(columns, i);
        }
        return words;
    }

    private void writeHeader(final Trace trace, final int blocks) throws IOException {
        final ByteBuffer header = allocate(HEADER_BYTES);
        header.putLong(MAGIC).putShort((short) VERSION).putShort((short) 0).putInt(HEADER_BYTES);
        for (final long total : totals(trace, blocks)) {
            header.putLong(total);
        }
        header.putInt(0);
        writeWithCrc(header);
    }

    /** The totals of the header, in file order. */
    static long[] totals(final Trace trace, final long blocks) {
        final long[] totals = new long[BinaryTraceDescriptor.TOTALS];
        int t = 0;
        totals[t++] = trace.size();
        totals[t++] = trace.listWords();
        totals[t++] = trace.threads();
        totals[t++] = trace.sourceLines();
        totals[t++] = trace.ignoredLines();
        totals[t++] = trace.droppedListEntries();
        totals[t++] = blocks;
        for (int kind = 0; kind < TraceKind.COUNT; kind++) {
            totals[t++] = trace.countOfKind(kind);
        }
        for (int grade = 0; grade < TraceGrade.COUNT; grade++) {
            totals[t++] = trace.countOfGrade(TraceGrade.ofCode(grade));
        }
        totals[t] = trace.hcalls();
        return totals;
    }

    private void writeBlock(final VarintWriter raw, final int number, final int records, final int words)
            throws IOException {
        final byte[] stored = new byte[raw.size() + (raw.size() >>> 9) + 64];
        final int storedBytes = deflate(raw, stored);
        final ByteBuffer block = allocate(BLOCK_HEADER_BYTES + storedBytes + Integer.BYTES);
        block.putInt(BLOCK_TAG).putInt(number).putInt(records).putInt(words);
        block.putInt(raw.size()).putInt(storedBytes);
        block.put(stored, 0, storedBytes);
        writeWithCrc(block);
    }

    private static int deflate(final VarintWriter raw, final byte[] stored) {
        final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(raw.bytes(), 0, raw.size());
            deflater.finish();
            final int storedBytes = deflater.deflate(stored);
            if (!deflater.finished()) {
                throw new IllegalStateException("zlib grew " + raw.size() + " bytes beyond its bound");
            }
            return storedBytes;
        } finally {
            deflater.end();
        }
    }

    private static ByteBuffer allocate(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fills the last four bytes with the CRC32C of the rest and writes all. */
    private void writeWithCrc(final ByteBuffer section) throws IOException {
        final CRC32C crc = new CRC32C();
        crc.update(section.array(), 0, section.capacity() - Integer.BYTES);
        section.putInt(section.capacity() - Integer.BYTES, (int) crc.getValue());
        out.write(section.array());
        fileBytes += section.capacity();
    }
}
