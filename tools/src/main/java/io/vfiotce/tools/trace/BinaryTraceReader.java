package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.BinaryTraceDescriptor.BLOCK_HEADER_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.BLOCK_TAG;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.END_TAG;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.FLAGS_OFFSET;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.HEADER_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.HEADER_SIZE_OFFSET;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAGIC;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAX_BLOCK_LIST_WORDS;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAX_BLOCK_RECORDS;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAX_RAW_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.MAX_STORED_BYTES;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.TOTALS;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.TOTALS_OFFSET;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.VERSION;
import static io.vfiotce.tools.trace.BinaryTraceDescriptor.VERSION_OFFSET;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the binary form of a trace and refuses everything that the writer does not write. */
final class BinaryTraceReader {
    private static final int SOURCE_LINES = 3;
    private static final int IGNORED_LINES = 4;
    private static final int DROPPED_ENTRIES = 5;
    private static final int U16_MASK = 0xffff;

    /** Offsets in bytes inside a block. */
    private static final int NUMBER_OFFSET = 4;

    private static final int RECORDS_OFFSET = 8;
    private static final int WORDS_OFFSET = 12;
    private static final int RAW_OFFSET = 16;
    private static final int STORED_OFFSET = 20;

    private final InputStream in;
    private final TraceBuilder builder = new TraceBuilder();
    private long byteOffset;

    BinaryTraceReader(final InputStream in) {
        this.in = in;
    }

    Trace read() throws IOException {
        final long[] totals = readHeader();
        int blocks = 0;
        while (true) {
            final long start = byteOffset;
            final ByteBuffer head = readSection(BLOCK_HEADER_BYTES, "block or end marker");
            final int tag = head.getInt(0);
            if (tag == END_TAG) {
                requireEnd(head, blocks, start);
                break;
            }
            if (tag != BLOCK_TAG) {
                throw TraceFormatException.atByte(start, "neither a block nor the end marker");
            }
            readBlock(head, blocks, start);
            blocks++;
        }
        builder.totals(totals[SOURCE_LINES], totals[IGNORED_LINES], totals[DROPPED_ENTRIES]);
        final Trace trace = builder.build();
        if (!Arrays.equals(totals, BinaryTraceWriter.totals(trace, blocks))) {
            throw TraceFormatException.atByte(TOTALS_OFFSET, "totals of the header differ from the records");
        }
        return trace;
    }

    private long[] readHeader() throws IOException {
        final ByteBuffer header = readSection(HEADER_BYTES, "header");
        if (header.getLong(0) != MAGIC) {
            throw TraceFormatException.atByte(0, "not a binary trace: wrong magic");
        }
        final int version = header.getShort(VERSION_OFFSET) & U16_MASK;
        if (version != VERSION) {
            throw TraceFormatException.atByte(
                    VERSION_OFFSET, "version " + version + " of the binary form is not known here, only " + VERSION);
        }
        requireCrc(header, crcOf(header), 0);
        if (header.getShort(FLAGS_OFFSET) != 0 || header.getInt(HEADER_SIZE_OFFSET) != HEADER_BYTES) {
            throw TraceFormatException.atByte(FLAGS_OFFSET, "flags or header size that version 1 does not have");
        }
        final long[] totals = new long[TOTALS];
        for (int t = 0; t < TOTALS; t++) {
            final int offset = TOTALS_OFFSET + t * Long.BYTES;
            totals[t] = header.getLong(offset);
            if (totals[t] < 0) {
                throw TraceFormatException.atByte(offset, "total of 2^63 or more");
            }
        }
        return totals;
    }

    private void readBlock(final ByteBuffer head, final int number, final long start) throws IOException {
        final int records = requireSize(head, RECORDS_OFFSET, MAX_BLOCK_RECORDS, start);
        final int words = requireSize(head, WORDS_OFFSET, MAX_BLOCK_LIST_WORDS, start);
        final int rawBytes = requireSize(head, RAW_OFFSET, MAX_RAW_BYTES, start);
        final int storedBytes = requireSize(head, STORED_OFFSET, MAX_STORED_BYTES, start);
        final ByteBuffer rest = readSection(storedBytes + Integer.BYTES, "block");
        final CRC32C crc = new CRC32C();
        crc.update(head.array());
        crc.update(rest.array(), 0, storedBytes);
        requireCrc(rest, crc, start);
        if (head.getInt(NUMBER_OFFSET) != number) {
            throw TraceFormatException.atByte(
                    start + NUMBER_OFFSET,
                    "block " + head.getInt(NUMBER_OFFSET) + " where block " + number + " was due");
        }
        try {
            new BlockDecoder(inflate(rest.array(), storedBytes, rawBytes), records, words).decodeInto(builder);
        } catch (final DataFormatException | IllegalArgumentException e) {
            throw TraceFormatException.atByte(start, "block " + number + ": " + e.getMessage());
        }
    }

    private static int requireSize(final ByteBuffer head, final int offset, final int limit, final long start)
            throws TraceFormatException {
        final int number = head.getInt(offset);
        if (number < 0 || number > limit) {
            throw TraceFormatException.atByte(
                    start + offset, "size " + Integer.toUnsignedString(number) + " is over " + limit);
        }
        return number;
    }

    private static byte[] inflate(final byte[] stored, final int storedBytes, final int rawBytes)
            throws DataFormatException {
        final Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored, 0, storedBytes);
            byte[] raw = new byte[Math.min(rawBytes + 1, Math.max(Long.BYTES, storedBytes * 2))];
            int size = 0;
            while (!inflater.finished()) {
                if (size == raw.length) {
                    raw = Arrays.copyOf(raw, Math.min(rawBytes + 1, size * 2));
                }
                final int added = inflater.inflate(raw, size, raw.length - size);
                size += added;
                if (added == 0 && !inflater.finished()) {
                    throw new DataFormatException("compressed data does not end where it should");
                }
            }
            if (size != rawBytes || inflater.getRemaining() != 0) {
                throw new DataFormatException("compressed data is not of the size given");
            }
            return Arrays.copyOf(raw, rawBytes);
        } finally {
            inflater.end();
        }
    }

    private void requireEnd(final ByteBuffer end, final int blocks, final long start) throws IOException {
        requireCrc(end, crcOf(end), start);
        final boolean right = end.getInt(NUMBER_OFFSET) == blocks
                && end.getLong(RECORDS_OFFSET) == byteOffset
                && end.getInt(RAW_OFFSET) == 0;
        if (!right) {
            throw TraceFormatException.atByte(start, "end marker is not that of this file");
        }
        if (in.read() >= 0) {
            throw TraceFormatException.atByte(byteOffset, "data after the end marker");
        }
    }

    /** Reads a number of bytes, holding no more memory than there is data. */
    private ByteBuffer readSection(final int bytes, final String what) throws IOException {
        final byte[] section = in.readNBytes(bytes);
        if (section.length != bytes) {
            throw TraceFormatException.atByte(byteOffset + section.length, "truncated: the file ends in a " + what);
        }
        byteOffset += bytes;
        return ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static CRC32C crcOf(final ByteBuffer section) {
        final CRC32C crc = new CRC32C();
        crc.update(section.array(), 0, section.capacity() - Integer.BYTES);
        return crc;
    }

    /** Compares the last four bytes of a section with a checksum. */
    private static void requireCrc(final ByteBuffer section, final CRC32C crc, final long start)
            throws TraceFormatException {
        if (section.getInt(section.capacity() - Integer.BYTES) != (int) crc.getValue()) {
            throw TraceFormatException.atByte(start, "checksum of the section that starts here is wrong");
        }
    }
}
