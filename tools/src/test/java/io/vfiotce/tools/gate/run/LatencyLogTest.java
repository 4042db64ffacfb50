package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.HdrHistogram.DoubleHistogram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs of forks, whole and hostile. */
class LatencyLogTest {
    private static final String[] BOTH = {"latency", "service"};
    private static final String[] UNTAGGED = {""};
    private static final long[] TEN = {10, 20, 30, 40, 50, 60, 70, 80, 90, 1000};

    @TempDir
    private Path temp;

    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("a.hlog");
    }

    private static LatencyRow row(final String tag, final String serviceTag, final int samples) {
        return new LatencyRow(
                new RowName("slow", new TreeMap<>()),
                "a.Slow",
                List.of(LatencyRow.LOG),
                Optional.ofNullable(tag),
                Optional.ofNullable(serviceTag),
                samples,
                1);
    }

    private String refused(final LatencyRow row) {
        return assertThrows(ForkFailedException.class, () -> LatencyLog.read(file, row))
                .getMessage();
    }

    private void assertRefused(final String what, final LatencyRow row) {
        final String said = refused(row);
        assertTrue(said.startsWith(file + ": ") && said.contains(what), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void shouldPutAllIntervalsOfATagTogether() throws IOException {
        LatencyLogs.write(file, 3, BOTH, TEN);
        final LatencyLog log = LatencyLog.read(file, row("latency", "service", 30));
        assertEquals(30, log.latency().getTotalCount());
        assertEquals(30, log.service().orElseThrow().getTotalCount());
        assertEquals(Map.of("0.50", 50.0, "0.90", 90.0, "0.99", 1000.0), log.quantilesNs());
        assertEquals(3000, log.spanMs(), 1e-3);
        assertEquals(OptionalDouble.empty(), log.worstSlipNs());
        assertEquals(
                Optional.empty(),
                LatencyLog.read(file, row("latency", null, 30)).service());
    }

    @Test
    void shouldReadIntervalsWithoutATagWhenTheRowHasNone() throws IOException {
        LatencyLogs.write(file, 1, new String[] {"", "other"}, TEN);
        assertEquals(10, LatencyLog.read(file, row(null, null, 10)).latency().getTotalCount());
        assertEquals(10, LatencyLog.read(file, row("other", null, 10)).latency().getTotalCount());
    }

    @Test
    void shouldTakeTheSlipFromTheNotesBeside() throws IOException {
        LatencyLogs.write(file, 1, UNTAGGED, TEN);
        final Path notes = temp.resolve("a.hlog.notes");
        Files.writeString(notes, "#Mon\nspanNs=5\nworstSlipNs=1234\n");
        assertEquals(
                OptionalDouble.of(1234),
                LatencyLog.read(file, row(null, null, 10)).worstSlipNs());
        Files.writeString(notes, "spanNs=5\n");
        assertEquals(
                OptionalDouble.empty(),
                LatencyLog.read(file, row(null, null, 10)).worstSlipNs());
        for (final String damage : List.of("worstSlipNs=soon", "worstSlipNs=\\u12")) {
            Files.writeString(notes, damage);
            assertTrue(refused(row(null, null, 10)).contains("notes beside the log are damaged"));
        }
    }

    @Test
    void shouldFailWhereverTheLogIsCutOff() throws IOException {
        LatencyLogs.write(file, 3, BOTH, TEN);
        final byte[] whole = Files.readAllBytes(file);
        final LatencyRow row = row("latency", "service", 30);
        final LatencyLog was = LatencyLog.read(file, row);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(row);
            if (length > 0 && whole[length - 1] != '\n') {
                // As if the line ended there. Without the last bytes, which are a checksum, it can be whole.
                Files.writeString(file, "\n", StandardOpenOption.APPEND);
                assertRefusedOrTheSame(was, row);
            }
        }
    }

    private void assertRefusedOrTheSame(final LatencyLog was, final LatencyRow row) {
        final LatencyLog is;
        try {
            is = LatencyLog.read(file, row);
        } catch (final ForkFailedException e) {
            return;
        }
        assertEquals(was.latency(), is.latency());
        assertEquals(was.service(), is.service());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1.0,1.0,0.1,HISTFAAAnothing!|is damaged after 1 intervals",
                "1.0,1.0,0.1,|is damaged after 1 intervals",
                "1.0,1.0,0.1|is damaged after 1 intervals",
                "1.0|is damaged after 1 intervals",
                "1.0,-1.0,0.1,PAYLOAD|an interval from 1.0 s, -1.0 s long",
                "NaN,1.0,0.1,PAYLOAD|an interval from NaN s",
                "1.0,Infinity,0.1,PAYLOAD|Infinity s long",
                "soon,1.0,0.1,PAYLOAD|a line that cannot be read",
                "Tag=x|is damaged after 1 intervals",
                "java.lang.Error: boom|a line that cannot be read",
            })
    void shouldFailWhenALineIsDamaged(final String line, final String message) throws IOException {
        LatencyLogs.write(file, 1, UNTAGGED, TEN);
        final String whole = Files.readString(file);
        final String payload = whole.substring(whole.lastIndexOf(',') + 1).strip();
        // The scanner's own reader would end here in silence.
        Files.writeString(file, whole + line.replace("PAYLOAD", payload) + "\n");
        assertRefused(message, row(null, null, 10));
        Files.writeString(file, whole + line.replace("PAYLOAD", payload) + "\n" + whole);
        assertRefused(message, row(null, null, 10));
    }

    @Test
    void shouldFailWhenTheHistogramIsOfAnotherKind() throws IOException {
        final DoubleHistogram histogram = new DoubleHistogram(3);
        histogram.recordValue(1.5);
        LatencyLogs.write(file, histogram, 0, 1000);
        assertRefused("not of whole numbers", row(null, null, 1));
    }

    @Test
    void shouldFailWhenTheTagIsNotThere() throws IOException {
        LatencyLogs.write(file, 1, BOTH, TEN);
        assertRefused("no interval with the tag response, only latency, service", row("response", null, 1));
        assertRefused("no interval without a tag, only latency, service", row(null, null, 1));
        assertRefused("no interval with the tag other", row("latency", "other", 1));
    }

    @Test
    void shouldFailWhenThereAreFewerSamplesThanTheRowMustHave() throws IOException {
        LatencyLogs.write(file, 2, BOTH, TEN);
        assertRefused("has 20 response times and must have 21: the rate was not kept", row("latency", null, 21));
        LatencyLogs.write(file, 2, UNTAGGED);
        assertRefused("has 0 response times", row(null, null, 1));
    }

    @Test
    void shouldFailWhenServiceTimesDoNotMatch() throws IOException {
        final Path other = temp.resolve("b.hlog");
        LatencyLogs.write(file, 2, new String[] {"latency"}, TEN);
        LatencyLogs.write(other, 1, new String[] {"service"}, TEN);
        Files.writeString(file, Files.readString(file) + Files.readString(other));
        assertRefused("has 20 response times and 10 service times", row("latency", "service", 20));
    }

    @Test
    void shouldFailWhenTheMedianIsZero() throws IOException {
        LatencyLogs.write(file, 1, UNTAGGED, 0, 0, 5);
        assertRefused("half of its response times are 0", row(null, null, 3));
    }

    @Test
    void shouldFailWhenThereIsNoLogOrNothingInIt() throws IOException {
        assertRefused("there is no such log", row(null, null, 1));
        Files.createFile(file);
        assertRefused("is empty", row(null, null, 1));
        Files.writeString(file, "#[only a comment]\n");
        assertRefused("no interval without a tag, only none at all", row(null, null, 1));
        Files.delete(file);
        Files.createDirectory(file);
        assertRefused("cannot be read", row(null, null, 1));
    }

    @Test
    void shouldMergeSamplesAndKeepTheWorstSlip() throws IOException {
        LatencyLogs.write(file, 1, BOTH, TEN);
        final LatencyLog one = LatencyLog.read(file, row("latency", "service", 10));
        final LatencyLog other =
                new LatencyLog(LatencyLogs.histogram(5_000_000_000L), Optional.empty(), 500, OptionalDouble.of(9));
        final LatencyLog both = LatencyLog.merged(List.of(one, other, one));
        assertEquals(21, both.latency().getTotalCount());
        assertEquals(5e9, both.latency().getMaxValue(), 1e7);
        assertEquals(Optional.empty(), both.service(), "one of them has none");
        assertEquals(OptionalDouble.of(9), both.worstSlipNs());
        assertEquals(
                20, LatencyLog.merged(List.of(one, one)).service().orElseThrow().getTotalCount());
    }
}
