package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotForger.begin;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.support.AllocationProbe;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The form: the bytes of a known snapshot, and snapshots whose checksums are right and whose contents are not. */
class SnapshotFormatTest {
    private static final String PAYLOAD = "the contents of this block cannot be";

    private static final List<Arguments> REFUSED = List.of(
            row(
                    "another magic",
                    begin(0x8954_4345_540d_0a1aL, 1, 0, 512, 0),
                    "byte 0: not a table snapshot: wrong magic"),
            row(
                    "an older version",
                    begin(0, 0, 512, 0),
                    "byte 8: version 0 of table snapshots is not known here, only 1"),
            row(
                    "a newer version",
                    begin(2, 0, 512, 0),
                    "byte 8: version 2 of table snapshots is not known here, only 1"),
            row("flags", begin(1, 1, 512, 0), "byte 10: flags or page size that version 1 does not have"),
            row("other pages", begin(1, 0, 1024, 0), "byte 10: "),
            row("a reserved word of the header", begin(1, 0, 512, 1), "byte 10: "),
            row("nothing", begin(), "byte 24: truncated: it ends in a block"),
            row("a block of another kind", begin().block("WHAT"), "byte 24: a block of unknown kind 0x57484154"),
            row("no payload", begin().block("TABL"), PAYLOAD),
            row("a payload too long", begin().bytes("TABL", new byte[48]), PAYLOAD),
            row("no round", begin().end(0, 0, 0), PAYLOAD),
            row("page shift 11", begin().table(0, 0, 1, 11, 1), "byte 24: no window can be liobn=0x1 pageShift=11"),
            row("page shift 35", begin().table(0, 0, 1, 35, 1), "no window can be"),
            row("page shift -1", begin().table(0, 0, 1, 0xffff_ffffL, 1), "no window can be"),
            row("no entries", begin().table(0, 0, 1, 12, 0), "no window can be"),
            row("2^52 entries", begin().table(0, 0, 1, 12, 1L << 52), "no window can be"),
            row("unknown flags", begin().table(0, 2, 1, 12, 1), PAYLOAD),
            row("reserved", begin().block("TABL", 0, 1, 12L << 32 | 1, 0, 1), PAYLOAD),
            row("window 1 first", begin().table(1, 0, 1, 12, 1), "window 1 is said to be"),
            row("window -1 first", begin().table(0xffff_ffffL, 0, 1, 12, 1), "window 4294967295 is said to be"),
            row("the same again", window().table(0, 0, 7, 12, 600), "window 0 is said to be"),
            row("another size", window().table(0, 1, 7, 12, 601), "window 0 is said to be"),
            row("another LIOBN", window().table(0, 1, 8, 12, 600), "window 0 is said to be"),
            row("two of one LIOBN", window().table(1, 0, 7, 16, 5), "byte 76: LIOBN 0x7 has two windows"),
            row("a number used before", window().block("GONE", 0).table(0, 0, 7, 12, 600), "window 0 is said to be"),
            row("an unknown window goes", window().block("GONE", 1L << 32), PAYLOAD),
            row("a window goes twice", window().block("GONE", 0).block("GONE", 0), PAYLOAD),
            row("a window goes, reserved", window().block("GONE", 1), PAYLOAD),
            row("a window goes, more", window().block("GONE", 0, 0), PAYLOAD),
            row("pages of an unknown window", window().page(1, 0, 0, 3), PAYLOAD),
            row("pages of a window that went", window().block("GONE", 0).page(0, 0, 0, 3), PAYLOAD),
            row("pages, reserved", window().block("PAGE", 1, 0, 1, 3), PAYLOAD),
            row("pages without records", window().block("PAGE", 0), PAYLOAD),
            row("half a word of pages", window().bytes("PAGE", new byte[4]), PAYLOAD),
            row("half a record", window().block("PAGE", 0, 0), PAYLOAD),
            row("fewer words than said", window().block("PAGE", 0, 0, 2, 3), PAYLOAD),
            row("half a word", window().bytes("PAGE", new byte[28]), PAYLOAD),
            row("no words", window().block("PAGE", 0, 0, 0), PAYLOAD),
            row("-1 words", window().block("PAGE", 0, 0, 0xffff_ffffL, 3), PAYLOAD),
            row("2^31 words", window().block("PAGE", 0, 0, 0x8000_0000L, 3), PAYLOAD),
            row("2^31 - 1 words from word 2^31 - 1", window().block("PAGE", 0, 0, 0x7fff_ffff_7fff_ffffL, 3), PAYLOAD),
            row("word -1", window().page(0, 0, 0xffff_ffffL, 3), PAYLOAD),
            row("word 512", window().page(0, 0, 512, 3), PAYLOAD),
            row("word 88 of the last page", window().page(0, 1, 88, 3), PAYLOAD),
            row("page 2 of 2", window().page(0, 2, 0, 3), PAYLOAD),
            row("page -1", window().page(0, -1, 0, 3), PAYLOAD),
            row("page 2^55, whose words wrap", window().page(0, 1L << 55, 0, 3), PAYLOAD),
            row("a page twice", window().page(0, 1, 0, 3).page(0, 1, 1, 3), PAYLOAD),
            row("a page before", window().page(0, 1, 0, 3).page(0, 0, 0, 3), PAYLOAD),
            row("round 1 first", window().round(1, 0), PAYLOAD),
            row("the same round", window().round(0, 0).round(0, 0), PAYLOAD),
            row("fewer records", window().page(0, 1, 0, 3).round(0, 0), PAYLOAD),
            row("more records", window().page(0, 1, 0, 3).round(0, 2), PAYLOAD),
            row(
                    "records of the round before",
                    window().page(0, 1, 0, 3).round(0, 1).round(1, 1),
                    PAYLOAD),
            row("a round, reserved", window().block("ROND", 1, 0), PAYLOAD),
            row("a round, more", window().block("ROND", 0, 0, 0), PAYLOAD),
            row(
                    "pages after the last round",
                    window().round(0, 0).page(0, 0, 0, 3).end(1, 1, 0),
                    PAYLOAD),
            row(
                    "a window after the last round",
                    window().round(0, 0).table(1, 0, 8, 12, 1).end(1, 2, 0),
                    PAYLOAD),
            row("other rounds", window().round(0, 0).end(2, 1, 0), PAYLOAD),
            row("other windows", window().round(0, 0).end(1, 2, 0), PAYLOAD),
            row("other records", window().page(0, 0, 0, 3).round(0, 1).end(1, 1, 0), PAYLOAD),
            row("another size", window().round(0, 0).block("TEND", 1L << 32 | 1, 0, 141), PAYLOAD),
            row("an end, more", window().round(0, 0).block("TEND", 1L << 32 | 1, 0, 148, 0), PAYLOAD),
            row("more behind", window().round(0, 0).end(1, 1, 0).round(1, 0), "byte 140: data after the end"));

    private static Arguments row(final String what, final SnapshotForger forger, final String message) {
        return Arguments.of(what, forger.toBytes(), message);
    }

    /** One window of two pages, the second with 88 entries. */
    private static SnapshotForger window() {
        return begin().table(0, 0, 7, 12, 600);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSED")
    void shouldRefuseASnapshotWhenItsContentsCannotBe(final String what, final byte[] bytes, final String message) {
        final OffHeap offHeap = new OffHeap(SnapshotVms.LIMIT_BYTES);
        final SnapshotException e = assertThrows(SnapshotException.class, () -> SnapshotVms.read(bytes, offHeap));
        assertTrue(e.getMessage().contains(message), e::getMessage);
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldTakeASnapshotWhenItsContentsCanBe() {
        final byte[] bytes = window().page(0, 0, 511, 3)
                .page(0, 1, 87, 5)
                .round(0, 2)
                .table(0, 1, 7, 12, 600)
                .page(0, 0, 511, 0)
                .round(1, 1)
                .table(1, 0, 8, 34, 1)
                .page(1, 0, 0, 3)
                .block("GONE", 1L << 32)
                .table(2, 0, 8, 12, 1L << 51)
                .page(2, (1L << 42) - 1, 511, -1)
                .round(2, 2)
                .end(3, 2, 5)
                .toBytes();
        final OffHeap offHeap = new OffHeap(SnapshotVms.LIMIT_BYTES);
        try (TableSnapshot snapshot = SnapshotVms.read(bytes, offHeap)) {
            // Two pages of the first window, one of the third.
            assertEquals(3 * 4096, offHeap.allocatedBytes());
            assertEquals(3, snapshot.rounds());
            final SavedWindow first = snapshot.windows().get(0);
            assertEquals(new WindowGeometry(7, 12, 0, 600), first.geometry());
            assertTrue(first.isBypassed());
            assertEquals(599, first.nextNonZero(0));
            assertEquals(-1, first.nextNonZero(600));
            assertEquals(5, first.tce(599));
            assertEquals(0, first.tce(511));
            final SavedWindow second = snapshot.windows().get(1);
            assertEquals((1L << 51) - 1, second.nextNonZero(1));
            assertEquals(0, second.tce(1));
        }
    }

    @Test
    void shouldWriteTheseBytesWhenTheWindowsAreThese() throws IOException {
        final String golden = "89544345530d0a1a 0001 0000 00000200 00000000 2c0367b2"
                + "5441424c 00000028 00000000 00000001 0000000080000000 0000000c 00000000 0000000000000000 0000000000040000 e3026b6a"
                + "50414745 00000028 00000000 00000000 0000000000000001 00000058 00000002 0123456789abcdef 0000000000002003 17d46947"
                + "524f4e44 00000010 00000000 00000000 0000000000000001 9c471272"
                + "54454e44 00000018 00000001 00000001 0000000000000001 00000000000000c0 1b2d45a9";
        try (TestVm vm = SnapshotVms.vm(16, List.of(new WindowGeometry(0x8000_0000L, 12, 0, 0x40000)))) {
            final TceTable table = vm.vm().windows().find(0x8000_0000L);
            table.fill(600, 1, 0x0123_4567_89ab_cdefL);
            table.fill(601, 1, 0x2003);
            table.userspaceSide().setBypass(true, vm.vm().process().changes());
            assertArrayEquals(HexFormat.of().parseHex(golden.replace(" ", "")), SnapshotVms.save(vm.vm()));
        }
    }

    /** Whatever sizes are claimed, only what is there takes memory: one buffer of a block. */
    @Test
    void shouldTakeLittleMemoryWhenSizesAreHuge() {
        final byte[] manyBytes = begin().toBytes();
        final ByteBuffer claim = ByteBuffer.allocate(manyBytes.length + 8).put(manyBytes);
        claim.putInt(SnapshotDescriptor.PAGES_TAG).putInt(Integer.MAX_VALUE);
        final byte[] manyEntries =
                begin().table(0, 0, 1, 12, 1L << 51).round(0, 0).end(1, 1, 0).toBytes();
        final long bytes = AllocationProbe.leastBytes(() -> {
            final SnapshotException e = assertThrows(SnapshotException.class, () -> SnapshotVms.read(claim.array()));
            assertEquals("byte 24: a block of 2147483647 bytes, over 65536", e.getMessage());
            SnapshotVms.read(manyEntries).close();
        });
        assertTrue(bytes < 3 * SnapshotDescriptor.MAX_PAYLOAD_BYTES, () -> bytes + " bytes");
    }

    @Test
    void shouldStopAtTheLimitWhenPagesAreMany() {
        final SnapshotForger forger = begin().table(0, 0, 1, 12, 1L << 51);
        for (int page = 0; page < 11; page++) {
            forger.page(0, (long) page << 20, page, 3);
        }
        final byte[] bytes = forger.round(0, 11).end(1, 1, 11).toBytes();
        final OffHeap tooLittle = new OffHeap(10 * 4096);
        final SnapshotException e = assertThrows(SnapshotException.class, () -> SnapshotVms.read(bytes, tooLittle));
        assertTrue(e.getMessage().endsWith("do not fit in the memory that they may take"), e::getMessage);
        assertEquals(0, tooLittle.allocatedBytes());
        final OffHeap enough = new OffHeap(11 * 4096);
        try (TableSnapshot snapshot = SnapshotVms.read(bytes, enough)) {
            assertEquals(10L << 29 | 10, snapshot.windows().get(0).nextNonZero(9L << 29 | 10));
            assertEquals(11 * 4096, enough.allocatedBytes());
        }
        assertEquals(0, enough.allocatedBytes());
    }

    @Test
    void shouldLeaveWhatFollowsWhenAStreamHasMore() throws IOException {
        final ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(window().page(0, 0, 1, 3).round(0, 1).end(1, 1, 1).toBytes());
        two.writeBytes(window().page(0, 0, 1, 5).round(0, 1).end(1, 1, 1).toBytes());
        final ByteArrayInputStream in = new ByteArrayInputStream(two.toByteArray());
        for (final long tce : new long[] {3, 5}) {
            try (TableSnapshot snapshot = TableSnapshot.read(in, SnapshotVms.LIMIT_BYTES)) {
                assertEquals(tce, snapshot.windows().get(0).tce(1));
            }
        }
        assertEquals(0, in.available());
    }
}
