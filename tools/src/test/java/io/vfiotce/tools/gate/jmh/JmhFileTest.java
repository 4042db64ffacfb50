package io.vfiotce.tools.gate.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of every mode and of several JMH versions, and files that are not what they should be. */
class JmhFileTest {
    private static final double EXACT = 1e-12;

    @TempDir
    private Path directory;

    static Path resource(final String name) {
        try {
            return Path.of(JmhFileTest.class.getResource("/gate/jmh/" + name).toURI());
        } catch (final URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static JmhRow first(final String name) {
        return JmhFile.read(resource(name)).get(0);
    }

    private static void assertNear(final List<Double> expected, final List<Double> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), EXACT * expected.get(i));
        }
    }

    @Test
    void shouldKeepForksApartWhenTheModeIsAverage() {
        final List<JmhRow> rows = JmhFile.read(resource("average-1.37.json"));
        assertEquals(2, rows.size());
        final JmhRow map = rows.get(0);
        assertEquals("org.example.MapBenchmark.map avgt t1", map.key().text());
        assertEquals("time/op", map.key().dimension());
        assertEquals(1.75, map.nsPerOp());
        assertEquals(List.of(List.of(1.7, 1.8, 1.75), List.of(1.6, 1.9, 1.75)), map.forks());
        assertEquals("1.37", map.setup().jmhVersion());
        assertEquals("17.0.15", map.setup().jdkVersion());
        assertEquals(List.of("-Xms256m"), map.setup().jvmArgs());
        assertTrue(map.secondary().isEmpty());
        final JmhRow unmap = rows.get(1);
        assertEquals("us/op", unmap.unit());
        assertEquals(2.5, unmap.nsPerOp(), EXACT);
        assertNear(List.of(2.0, 3.0, 2.5), unmap.forks().get(1));
    }

    @Test
    void shouldTurnThroughputOverWhenAnOldJmhWroteIt() {
        final JmhRow row = first("throughput-1.21.json");
        assertEquals(new RowKey(row.key().name(), JmhMode.THROUGHPUT, 4, "ops/time"), row.key());
        assertEquals(4.0, row.nsPerOp(), EXACT);
        assertNear(List.of(5.0, 10.0 / 3), row.forks().get(0));
        assertEquals(
                List.of("gc.alloc.rate", "gc.alloc.rate.norm", "gc.count"),
                List.copyOf(row.secondary().keySet()));
        assertEquals("MB/sec", row.secondary().get("gc.alloc.rate").unit());
        assertTrue(Double.isNaN(row.secondary().get("gc.count").score()));
    }

    @Test
    void shouldReadUnitsWithoutAVersionWhenJmhIsVeryOld() {
        final JmhRow row = first("plain-1.0.json");
        assertEquals(1.0, row.nsPerOp(), EXACT);
        assertNear(List.of(1.0, 2.0), row.forks().get(0));
        assertEquals("", row.setup().jmhVersion());
    }

    @ParameterizedTest
    @CsvSource({"sample-1.36.json", "sample-1.37.json"})
    void shouldReadHistogramsWhenTheModeIsSample(final String name) {
        final JmhRow row = first(name);
        final SampleHistogram one = row.histograms().get(0).get(0);
        assertEquals(91, one.samples());
        assertEquals(100, one.quantileNs(0.5), EXACT);
        assertEquals(200, one.quantileNs(0.9), EXACT);
        assertEquals(5000, one.quantileNs(0.99), EXACT);
        assertEquals(5000, one.quantileNs(1), EXACT);
        assertEquals(100, one.quantileNs(0), EXACT);
        assertNear(
                List.of((50 * 100.0 + 40 * 200 + 5000) / 91, 200.0), row.forks().get(0));
        final SampleHistogram fork = SampleHistogram.sum(row.histograms().get(0));
        assertEquals(100, fork.samples());
        assertEquals(49, fork.counts().get(200.0));
        assertEquals(0.2, row.secondary().get("offer:offerp0.50").score());
    }

    @Test
    void shouldReadOneShotPerForkWhenTheModeIsSingleShot() {
        final JmhRow row = first("single-shot-1.37.json");
        assertEquals(JmhMode.SINGLE_SHOT, row.key().mode());
        assertEquals(100, row.setup().batchSize());
        assertEquals(3, row.forks().size());
        assertNear(List.of(12e6), row.forks().get(0));
    }

    @Test
    void shouldTellRowsApartByParametersWhenTheBenchmarkIsTheSame() {
        final List<JmhRow> rows = JmhFile.read(resource("params-secondary-1.37.json"));
        assertEquals(
                "org.example.TableBenchmark.get pageSize=4K size=1024 avgt t1",
                rows.get(0).key().text());
        assertEquals("65536", rows.get(1).key().name().params().get("size"));
        final JmhMetric instructions = rows.get(1).secondary().get("instructions:u");
        assertEquals(50.1, instructions.score());
        assertEquals(List.of(List.of()), instructions.forks());
        assertEquals(
                Double.POSITIVE_INFINITY, rows.get(0).secondary().get("CPI").score());
        assertEquals(
                List.of(List.of(3.5, 3.5)),
                rows.get(0).secondary().get("tce.cpu").forks());
    }

    /** Each line: a file, text that is replaced in it, the replacement, what the one line must say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "average-1.37.json | \"score\" : 1.75 | \"score\" : \"NaN\" | org.example.MapBenchmark.map: score is NaN",
                "average-1.37.json | \"score\" : 1.75 | \"score\" : \"+INF\" | score is Infinity",
                "average-1.37.json | \"score\" : 1.75 | \"score\" : \"fast\" | 'fast' is not a number",
                "average-1.37.json | 1.6, | \"NaN\", | an iteration is NaN",
                "average-1.37.json | 1.6, | 0.0, | an iteration is 0.0",
                "average-1.37.json | 1.6, | ## | a fork has 2 iterations, expected 3",
                "average-1.37.json | \"forks\" : 2 | \"forks\" : 3 | has the data of 2 forks, expected 3",
                "average-1.37.json | MapBenchmark.unmap | MapBenchmark.map | has the row org.example.MapBenchmark.map avgt t1 twice",
                "average-1.37.json | \"avgt\" | \"average\" | unknown mode 'average'",
                "average-1.37.json | \"avgt\" | \"thrpt\" | 'ns/op' is no unit of mode thrpt",
                "average-1.37.json | us/op | parsec/op | 'parsec/op' is no unit",
                "average-1.37.json | \"threads\" | \"thread\" | has no threads",
                "average-1.37.json | \"primaryMetric\" | \"metric\" | has no primaryMetric",
                "average-1.37.json | \"benchmark\" | \"name\" | a row: has no benchmark",
                "throughput-1.21.json | 200.0, | 0.0, | an iteration is 0.0",
                "sample-1.37.json | [0.2, 9] | ## | an iteration has no samples",
                "sample-1.37.json | [0.2, 9] | [0.2, 0] | strange entry",
            })
    void shouldSayWhatIsWrongWhenAFileIsDamaged(
            final String name, final String text, final String replacement, final String message) throws IOException {
        final String whole = Files.readString(resource(name));
        assertTrue(whole.contains(text), text);
        assertRefused(whole.replace(text, replacement == null ? "" : replacement), message);
    }

    @Test
    void shouldRefuseWhenAFileIsNoResult() throws IOException {
        assertRefused("", "is empty");
        assertRefused("[]", "has no rows");
        assertRefused("{}", "not an array");
        assertRefused("Benchmark  Mode  Cnt  Score\n", "no JSON at line 1");
        assertRefused("[{\"benchmark\":\"a.b\",\"benchmark\":\"a.c\"}]", "Duplicate");
        final String whole = Files.readString(resource("average-1.37.json"));
        assertRefused(whole + whole, "is not whole or no JSON");
    }

    @Test
    void shouldRefuseWhereverAFileIsCutOff() throws IOException {
        final String whole = Files.readString(resource("average-1.37.json")).strip();
        for (int length = 1; length < whole.length(); length += 37) {
            assertRefused(whole.substring(0, length), "is not whole or no JSON");
        }
    }

    @Test
    void shouldCallItBadInputWhenThereIsNoFile() {
        final Path missing = directory.resolve("no.json");
        final String message = assertThrows(BadInputException.class, () -> JmhFile.read(missing))
                .getMessage();
        assertTrue(message.startsWith(missing + ": cannot be read"), message);
    }

    private void assertRefused(final String content, final String message) throws IOException {
        final Path file = Files.writeString(directory.resolve("result.json"), content);
        final String said =
                assertThrows(GateDataException.class, () -> JmhFile.read(file)).getMessage();
        assertTrue(said.startsWith(file + ": "), said);
        assertTrue(said.contains(message), said);
        assertFalse(said.contains("\n"), said);
    }
}
