package io.vfiotce.tools.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordingsTest {
    private static InputStream log(final String name) {
        return RecordingsTest.class.getResourceAsStream("/traces/" + name + ".log.gz");
    }

    private static Trace imported(final String name) throws IOException {
        return TraceReader.read(() -> log(name), Map.of());
    }

    /** The recording as a stock QEMU logs it: without list entries. */
    private static Trace stripped(final String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(log(name)), StandardCharsets.ISO_8859_1))) {
            final String text = reader.lines()
                    .filter(line -> !line.contains("spapr_iommu_list_entry"))
                    .collect(Collectors.joining("\n", "", "\n"));
            return Logs.ofBytes(text.getBytes(StandardCharsets.ISO_8859_1), Map.of());
        }
    }

    static Iterable<String> names() {
        return EmbeddedTraces.names();
    }

    @ParameterizedTest
    @CsvSource({
        "e1000-nvme-ddw,     2, 11699, 3,    12211, 46618, 96,    70631,  2",
        "e1000e-nvme-noddw,  1, 5995,  79,   6557,  31713, 5632,  49977,  2",
        "multiphb-smp2,      5, 11699, 4,    13235, 99519, 160,   124626, 3",
        "vio,                3, 2772,  2220, 4771,  59191, 13544, 82501,  2"
    })
    void shouldBeAllExactWhenListsAreLogged(
            final String name,
            final long creates,
            final long puts,
            final long indirects,
            final long stuffs,
            final long xlates,
            final int listWords,
            final long lines,
            final int threads)
            throws IOException {
        final Trace trace = imported(name);
        assertEquals(creates, trace.countOfKind(TraceKind.WINDOW_CREATE));
        assertEquals(puts, trace.countOfKind(TraceKind.PUT));
        assertEquals(indirects, trace.countOfKind(TraceKind.INDIRECT));
        assertEquals(stuffs, trace.countOfKind(TraceKind.STUFF));
        assertEquals(xlates, trace.countOfKind(TraceKind.XLATE));
        assertEquals(creates + puts + indirects + stuffs + xlates, trace.size());
        assertEquals(puts + indirects + stuffs, trace.hcalls());
        assertEquals(trace.size(), trace.countOfGrade(TraceGrade.EXACT));
        assertEquals(listWords, trace.listWords());
        assertEquals(lines, trace.sourceLines());
        assertEquals(threads, trace.threads());
        assertEquals(0, trace.ignoredLines() + trace.droppedListEntries());
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldFitTableModelWhenAppliedInOrder(final String name) throws IOException {
        final Trace trace = imported(name);
        final TableModel model = new TableModel(trace);
        assertEquals("", model.misfits());
        assertEquals(trace.countOfKind(TraceKind.XLATE), model.compared());
    }

    @ParameterizedTest
    @CsvSource({
        "e1000-nvme-ddw,    0, 0,    3,  11",
        "e1000e-nvme-noddw, 0, 71,   8,  5520",
        "multiphb-smp2,     0, 0,    4,  20",
        "vio,               0, 2196, 24, 13223"
    })
    void shouldLearnWordsFromTranslationsWhenListsAreNotLogged(
            final String name, final long exact, final long reconstructed, final long lossy, final int known)
            throws IOException {
        final Trace whole = imported(name);
        final Trace part = stripped(name);
        final TableModel model = new TableModel(part);
        assertEquals("", model.misfits());
        assertEquals(whole.size(), part.size());
        assertEquals(part.countOfKind(TraceKind.XLATE), model.compared());
        final long[] grades = new long[TraceGrade.COUNT];
        int knownWords = 0;
        for (int i = 0; i < part.size(); i++) {
            if (part.kind(i) == TraceKind.INDIRECT) {
                grades[part.grade(i).ordinal()]++;
                assertEquals(whole.count(i), part.count(i));
                for (int k = 0; k < part.count(i); k++) {
                    assertEquals(part.listWordKnown(i, k) ? whole.listWord(i, k) : 0, part.listWord(i, k));
                    knownWords += part.listWordKnown(i, k) ? 1 : 0;
                }
            }
        }
        assertEquals(known, knownWords);
        assertArrayEquals(new long[] {exact, reconstructed, lossy}, grades);
        assertEquals(lossy, part.countOfGrade(TraceGrade.LOSSY));
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldGiveEmbeddedBytesWhenLogIsImported(final String name) throws IOException {
        final Trace trace = imported(name);
        assertEquals(trace, EmbeddedTraces.load(name));
        try (InputStream in = RecordingsTest.class.getResourceAsStream("/traces/" + name + ".tcetrace")) {
            assertArrayEquals(in.readAllBytes(), Logs.binary(trace));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldRefuseEmbeddedFileWhenCutOrFlipped(final String name) throws IOException {
        final byte[] file = Logs.binary(imported(name));
        for (int i = 1; i < 12; i++) {
            final int offset = (int) ((long) file.length * i / 12);
            final byte[] flipped = file.clone();
            flipped[offset] ^= (byte) (1 << i % 8);
            assertThrows(TraceFormatException.class, () -> read(flipped, file.length), "flip at " + offset);
            assertThrows(TraceFormatException.class, () -> read(file, offset), "cut at " + offset);
        }
        assertEquals(imported(name).size(), read(file, file.length).size());
    }

    private static Trace read(final byte[] file, final int bytes) throws IOException {
        return BinaryTrace.read(new ByteArrayInputStream(file, 0, bytes));
    }

    @Test
    void shouldNameTheChoiceWhenEmbeddedNameIsUnknown() {
        final IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> EmbeddedTraces.load("nope"));
        assertTrue(e.getMessage().contains("'nope'") && e.getMessage().contains("vio"), e.getMessage());
    }
}
