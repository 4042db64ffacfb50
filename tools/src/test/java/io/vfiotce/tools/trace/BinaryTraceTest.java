package io.vfiotce.tools.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class BinaryTraceTest {
    private static final int END = BinaryTraceDescriptor.END_BYTES;
    private static final int HEADER = BinaryTraceDescriptor.HEADER_BYTES;

    /** Every kind, extreme numbers and an unknown list word. */
    private static Trace sample() {
        final TraceBuilder builder = new TraceBuilder();
        builder.at(1, 5, 0, Logs.PCI).windowCreate(new WindowGeometry(34, -1L << 34, 1));
        builder.at(3, Long.MAX_VALUE, 1, -1L).put(Long.MIN_VALUE, -1L, Long.MIN_VALUE);
        builder.at(2, 0, 2, 0).get(-1L, Long.MAX_VALUE, 9999, TraceGrade.LOSSY);
        final int call = builder.at(9, 1, 0, 7).indirect(0x5004, 0x1000, 3, -4, TraceGrade.RECONSTRUCTED);
        builder.listWord(call, 0, 3);
        builder.listWord(call, 2, -1L);
        builder.stuff(0, 0, 1 << 20, 0, TraceGrade.LOSSY);
        builder.xlate(0xfff, 0x7000, 2, -1, TraceGrade.EXACT);
        builder.indirect(0, 0, 0, -4, TraceGrade.EXACT);
        builder.windowRemove(new WindowGeometry(12, 0, 1L << 40));
        builder.totals(Long.MAX_VALUE, 5, 6);
        return builder.build();
    }

    /** A trace of two blocks or more by records or by list words. */
    private static Trace large(final int records, final int wordsEach) {
        final Random random = new Random(7);
        final TraceBuilder builder = new TraceBuilder();
        for (int i = 0; i < records; i++) {
            final int call = builder.at(i, random.nextInt(1 << 30), 0, Logs.PCI + random.nextInt(3))
                    .size();
            builder.indirect(random.nextLong(), 0, wordsEach, 0, TraceGrade.LOSSY);
            builder.xlate(random.nextInt(1 << 20), random.nextLong(), 1, 0xfff, TraceGrade.EXACT);
            for (int k = 0; k < wordsEach; k += 1 + random.nextInt(3)) {
                builder.listWord(call, k, random.nextLong());
            }
        }
        return builder.build();
    }

    private static Trace read(final byte[] bytes) throws IOException {
        return BinaryTrace.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void shouldReadWhatWasWrittenWhenNumbersAreExtreme() throws IOException {
        final Trace trace = sample();
        final Trace again = read(Logs.binary(trace));
        assertEquals(trace, again);
        assertEquals(Logs.shown(trace), Logs.shown(again));
        assertTrue(Logs.shown(again).contains("[0x3 ? 0xffffffffffffffff]"));
        assertEquals(Long.MAX_VALUE, again.sourceLines());
        assertEquals(6, again.droppedListEntries());
    }

    @Test
    void shouldReadWhatWasWrittenWhenTraceIsEmpty() throws IOException {
        final Trace empty = new TraceBuilder().build();
        assertEquals(empty, read(Logs.binary(empty)));
        assertEquals(HEADER + END, Logs.binary(empty).length);
    }

    @Test
    void shouldReadWhatWasWrittenWhenTraceHasManyBlocks() throws IOException {
        final Trace byWords = large(600, 512);
        assertEquals(byWords, read(Logs.binary(byWords)));
        assertEquals(5, Logs.binary(byWords)[16 + 6 * 8]);
        final Trace byRecords = large(70_000, 0);
        assertEquals(byRecords, read(Logs.binary(byRecords)));
        assertEquals(3, Logs.binary(byRecords)[16 + 6 * 8]);
    }

    @Test
    void shouldWriteSameBytesWhenTraceIsTheSame() throws IOException {
        assertArrayEquals(Logs.binary(sample()), Logs.binary(read(Logs.binary(sample()))));
    }

    @Test
    void shouldTellTracesApartWhenOneWordDiffers() throws IOException {
        final Trace trace = Logs.of(Logs.newTable(Logs.PCI), Logs.put(Logs.PCI, 0, 1, 0));
        assertNotEquals(trace, Logs.of(Logs.newTable(Logs.PCI), Logs.put(Logs.PCI, 0, 2, 0)));
        assertNotEquals(trace, Logs.of(Logs.newTable(Logs.PCI), Logs.put(Logs.PCI, 0, 1, 0), "foreign"));
    }

    @Test
    void shouldStartWithDocumentedBytesWhenWritten() throws IOException {
        final byte[] head = Arrays.copyOf(Logs.binary(sample()), 16);
        assertArrayEquals(
                new byte[] {(byte) 0x89, 'T', 'C', 'E', 'T', '\r', '\n', 0x1a, 1, 0, 0, 0, (byte) HEADER, 0, 0, 0},
                head);
    }

    @Test
    void shouldRefuseWhenFileIsCutAnywhere() throws IOException {
        final byte[] file = Logs.binary(sample());
        for (int size = 0; size < file.length; size++) {
            final byte[] part = Arrays.copyOf(file, size);
            final TraceFormatException e = assertThrows(TraceFormatException.class, () -> read(part), "size " + size);
            assertEquals(size, e.position(), e.getMessage());
            assertEquals(TraceFormatException.Unit.BYTE, e.unit());
            assertTrue(e.getMessage().contains("truncated"), e.getMessage());
        }
    }

    @Test
    void shouldRefuseWhenAnyBitIsFlipped() throws IOException {
        final byte[] file = Logs.binary(sample());
        for (int bit = 0; bit < file.length * 8; bit++) {
            final byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(TraceFormatException.class, () -> read(flipped), "bit " + bit);
        }
    }

    @Test
    void shouldRefuseWhenDataFollowsTheEnd() throws IOException {
        final byte[] file = Logs.binary(sample());
        refused(Arrays.copyOf(file, file.length + 1), "byte " + file.length + ": data after the end marker");
    }

    @Test
    void shouldSayVersionWhenItIsNewer() throws IOException {
        refused(header(h -> h.putShort(BinaryTraceDescriptor.VERSION_OFFSET, (short) 2)), "byte 8: version 2");
    }

    @Test
    void shouldRefuseWhenHeaderIsIntactButWrong() throws IOException {
        refused(header(h -> h.putShort(BinaryTraceDescriptor.FLAGS_OFFSET, (short) 1)), "flags");
        refused(header(h -> h.putInt(BinaryTraceDescriptor.HEADER_SIZE_OFFSET, 64)), "header size");
        refused(header(h -> h.putLong(16, Long.MAX_VALUE)), "totals of the header differ");
        refused(header(h -> h.putLong(24, -1)), "byte 24: total of 2^63 or more");
        refused(header(h -> h.putLong(16 + 8 * 7, 77)), "totals of the header differ");
    }

    @Test
    void shouldRefuseWhenBlockIsIntactButWrong() throws IOException {
        refused(block(8, 1 << 30), "byte 176: size 1073741824 is over 65536");
        refused(block(12, -1), "byte 180: size 4294967295 is over");
        refused(block(16, Integer.MAX_VALUE), "byte 184: size");
        refused(block(20, Integer.MAX_VALUE), "byte 188: size");
        refused(block(20, 5_000_000), "truncated");
        refused(block(4, 1), "block 1 where block 0 was due");
        refused(block(8, 7), "block 0: ");
        refused(block(8, 60000), "cannot hold 60000 records");
        refused(block(12, 2), "fewer list words");
        refused(block(16, 5), "compressed data");
        refused(block(16, 500), "compressed data");
        refused(block(0, 0), "neither a block nor the end marker");
    }

    @Test
    void shouldRefuseWhenEndMarkerIsIntactButWrong() throws IOException {
        refused(end(e -> e.putInt(4, 2)), "end marker is not that of this file");
        refused(end(e -> e.putLong(8, 3)), "end marker is not that of this file");
        refused(end(e -> e.putInt(16, 3)), "end marker is not that of this file");
    }

    @Test
    void shouldRefuseWhenRecordsAreImpossible() throws IOException {
        refused(file(1, 0, 7, 0, 0, 0, 0, 0, 0, 0), "record kind 7");
        refused(file(1, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0), "no such grade");
        refused(file(1, 0, 3, 16, 0, 0, 0, 0, 0, 0, 0), "grade 16");
        refused(file(1, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0), "no such grade or permission");
        refused(file(1, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0), "no such grade or permission");
        refused(file(1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0), "negative line");
        refused(file(1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0), "negative line or time");
        refused(file(1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0), "thread 1 is not in 0..0");
        refused(file(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x80, 0), "bad varint");
        refused(file(1, 0, 2, 0, 0, 0, 0, 0, 0, 0), "ends in the middle of a column");
        refused(file(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0), "bytes after its last column");
        refused(file(1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 70), "page shift 35");
        refused(file(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24), "window of 0 entries");
        refused(file(1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0), "page count -1");
        refused(file(1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0x82, 8, 0), "page count 513");
        refused(file(1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x10), "more than 32 bits");
        refused(file(1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0), "more list words");
        refused(file(1, 1, 4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2), "list flag 2");
    }

    @Test
    void shouldRefuseWhenBlockInflatesWithoutEnd() throws IOException {
        final byte[] bomb = deflated(new byte[20_000_000]);
        refused(file(1, 0, 100, bomb), "compressed data does not end where it should");
    }

    private static void refused(final byte[] file, final String what) {
        final TraceFormatException e = assertThrows(TraceFormatException.class, () -> read(file));
        assertTrue(e.getMessage().contains(what), e.getMessage());
        assertEquals(TraceFormatException.Unit.BYTE, e.unit());
    }

    /** The sample with a changed header of right checksum. */
    private static byte[] header(final Consumer<ByteBuffer> change) throws IOException {
        return changed(Logs.binary(sample()), 0, HEADER, change);
    }

    /** The sample with a number of its block changed, the checksum right. */
    private static byte[] block(final int offset, final int number) throws IOException {
        final byte[] file = Logs.binary(sample());
        return changed(file, HEADER, file.length - HEADER - END, b -> b.putInt(offset, number));
    }

    private static byte[] end(final Consumer<ByteBuffer> change) throws IOException {
        final byte[] file = Logs.binary(sample());
        return changed(file, file.length - END, END, change);
    }

    private static byte[] changed(
            final byte[] file, final int start, final int bytes, final Consumer<ByteBuffer> change) {
        change.accept(ByteBuffer.wrap(file, start, bytes).slice().order(ByteOrder.LITTLE_ENDIAN));
        final CRC32C crc = new CRC32C();
        crc.update(file, start, bytes - 4);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(start + bytes - 4, (int) crc.getValue());
        return file;
    }

    /** A file of one block of these raw bytes. */
    private static byte[] file(final int records, final int words, final int... raw) throws IOException {
        final byte[] bytes = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            bytes[i] = (byte) raw[i];
        }
        return file(records, words, raw.length, deflated(bytes));
    }

    private static byte[] file(final int records, final int words, final int rawBytes, final byte[] stored)
            throws IOException {
        final byte[] header = Arrays.copyOf(Logs.binary(sample()), HEADER);
        final ByteBuffer block = ByteBuffer.allocate(28 + stored.length).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(BinaryTraceDescriptor.BLOCK_TAG).putInt(0).putInt(records).putInt(words);
        block.putInt(rawBytes).putInt(stored.length).put(stored);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header);
        out.write(changed(block.array(), 0, block.capacity(), b -> {}));
        return out.toByteArray();
    }

    private static byte[] deflated(final byte[] raw) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(raw);
        }
        return out.toByteArray();
    }
}
