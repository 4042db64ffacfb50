package io.vfiotce.tools.gate.jmh;

import static io.vfiotce.tools.gate.jmh.JmhFileTest.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows of two results belong together, and which may not. */
class JmhMatchTest {
    @TempDir
    private Path directory;

    private List<JmhRow> changed(final String name, final String text, final String replacement) throws IOException {
        final String whole = Files.readString(resource(name));
        assertTrue(whole.contains(text), text);
        return JmhFile.read(Files.writeString(directory.resolve("changed.json"), whole.replace(text, replacement)));
    }

    @Test
    void shouldFindPartnersWhenOrderAndScoresDiffer() throws IOException {
        final List<JmhRow> base = JmhFile.read(resource("params-secondary-1.37.json"));
        final List<JmhRow> head = List.of(base.get(1), base.get(0));
        final JmhMatch match = JmhMatch.of(base, head);
        assertEquals(2, match.both().size());
        match.both().forEach(both -> assertEquals(both.base().key(), both.head().key()));
    }

    @Test
    void shouldKeepLoneRowsApartWhenARowIsRenamed() throws IOException {
        final List<JmhRow> base = JmhFile.read(resource("average-1.37.json"));
        final JmhMatch match = JmhMatch.of(base, changed("average-1.37.json", ".unmap", ".clear"));
        assertEquals(1, match.both().size());
        assertEquals(
                "org.example.MapBenchmark.unmap",
                match.onlyBase().get(0).key().name().text());
        assertEquals(
                "org.example.MapBenchmark.clear",
                match.onlyHead().get(0).key().name().text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "average-1.37.json | ns/op | us/op | unit is 'ns/op' in base and 'us/op' in head",
                "average-1.37.json | \"avgt\" | \"ss\" | mode is 'avgt' in base and 'ss' in head",
                "average-1.37.json | \"threads\" : 1 | \"threads\" : 2 | threads is '1' in base and '2' in head",
                "average-1.37.json | \"1.37\" | \"1.36\" | JMH version is '1.37' in base and '1.36' in head",
                "average-1.37.json | \"17.0.15\" | \"25.0.3\" | JDK is '17.0.15' in base and '25.0.3' in head",
                "average-1.37.json | 17.0.15+6 | 17.0.15+7 | VM is",
                "average-1.37.json | -Xms256m | -Xms512m | VM arguments is '-Xms256m' in base and '-Xms512m' in head",
                "single-shot-1.37.json | BatchSize\" : 100 | BatchSize\" : 200 | batch size is '100' in base and '200'",
            })
    void shouldRefuseWhenARowWasMeasuredInAnotherWay(
            final String name, final String text, final String replacement, final String message) throws IOException {
        final List<JmhRow> base = JmhFile.read(resource(name));
        final List<JmhRow> head = changed(name, text, replacement);
        final String said = assertThrows(GateDataException.class, () -> JmhMatch.of(base, head))
                .getMessage();
        assertTrue(said.contains(message), said);
        assertTrue(said.startsWith("org.example."), said);
    }

    @Test
    void shouldRefuseWhenOneSideCountsThroughputAndTheOtherTime() throws IOException {
        final List<JmhRow> time = JmhFile.read(resource("sample-1.37.json"));
        final List<JmhRow> rate = JmhFile.read(resource("throughput-1.21.json"));
        assertThrows(GateDataException.class, () -> JmhMatch.of(time, rate));
    }
}
