package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.run.LatencyLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latency rows by the command line, with a program that stands for java. */
class GateLatencyTest {
    private static final String ROW =
            "{\"row\": \"slow rate=10\", \"main\": \"a.Slow\", \"args\": [\"{log}\"], \"samples\": 30, \"seconds\": 1}";
    private static final String CONFIG = """
            {"defaults": {"pairs": 8, "confirmPairs": 8, "layers": ["time"], "warmupMs": 1, "iterationMs": 1,
                          "include": ["put"], "latency": [ROW]}}
            """.replace("ROW", ROW);
    private static final String[] UNTAGGED = {""};
    private static final long[] TEN = {10, 20, 30, 40, 50, 60, 70, 80, 90, 1000};

    @TempDir
    private Path temp;

    private JmhStandIn jmh;
    private Path config;

    @BeforeEach
    void create() throws IOException {
        jmh = new JmhStandIn(temp);
        jmh.jarWithProgram("a.jar", "a.Map.get", "a.Map.put");
        jmh.jarWithProgram("b.jar", "a.Map.get", "a.Map.put");
        for (final String arm : List.of("base", "head")) {
            LatencyLogs.write(jmh.written(arm), 3, UNTAGGED, TEN);
        }
        config = Files.writeString(temp.resolve("gate.json"), CONFIG);
    }

    private TceRun gate(final String command, final Object... more) {
        return TceRun.of(jmh.words(command, config, more).toArray());
    }

    private TceRun ab(final Object... more) {
        return jmh.ab(config, more);
    }

    private static void assertEnds(final int exitCode, final String part, final TceRun run) {
        assertEquals(exitCode, run.exitCode(), run.out() + run.err());
        assertTrue((run.out() + run.err()).contains(part), run.out() + run.err());
        assertFalse(run.err().contains("unexpected"), run.err());
    }

    private static void assertRow(final String verdict, final TceRun run) {
        assertTrue(run.out().lines().anyMatch(line -> line.matches(".*" + verdict + " +slow rate=10 .*")), run.out());
    }

    @Test
    void shouldKeepTheLogOfEveryForkAndResume() throws Exception {
        final Path out = temp.resolve("out");
        final TceRun run = ab("--out", out, "--json", temp.resolve("r.json"));
        assertEnds(0, "tce gate: PASS 2 rows", run);
        assertRow("PASS", run);
        final List<String> logs;
        try (Stream<Path> files = Files.list(out.resolve("latency"))) {
            logs = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        assertEquals(16, logs.size(), logs.toString());
        assertTrue(logs.get(0).matches("slow_rate=10-[0-9a-f]{12}-s1-p0-a0-base\\.hlog"), logs.get(0));
        assertTrue(logs.get(1).matches("slow_rate=10-[0-9a-f]{12}-s1-p0-a0-head\\.hlog"), logs.get(1));
        assertEquals(32, ReportReader.read(temp.resolve("r.json")).host().size());
        final String json = Files.readString(temp.resolve("r.json"));
        final long calls = jmh.calls();
        assertEnds(0, "PASS", ab("--out", out, "--json", temp.resolve("r.json")));
        assertEquals(calls + 2, jmh.calls(), "only the rows were asked for again");
        assertEquals(json, Files.readString(temp.resolve("r.json")));
        Files.delete(out.resolve("latency").resolve(logs.get(3)));
        assertEnds(5, "there is no such log", ab("--out", out));
        Files.writeString(config, CONFIG.replace("30", "29"));
        assertEnds(2, "belongs to another run, its latency rows is", ab("--out", out));
    }

    @Test
    void shouldListItsForksWhenItIsDry() throws Exception {
        final TceRun run = ab("--dry-run");
        assertEnds(0, "slow rate=10", run);
        assertEquals(
                8,
                run.out().lines().filter(line -> line.endsWith("slow rate=10")).count());
        assertTrue(run.out().contains("1 rows, 16 forks of 1.0 s"), run.out());
        assertEquals(2, jmh.calls());
    }

    @Test
    void shouldEndWithFiveWhenALogIsDamaged() throws Exception {
        final Path log = jmh.written("head");
        Files.writeString(log, Files.readString(log).substring(0, 300));
        final TceRun run = ab("--out", temp.resolve("out"));
        assertEnds(5, "its last line is cut off", run);
        assertRow("MISSING", run);
        LatencyLogs.write(log, 2, UNTAGGED, TEN);
        assertEnds(5, "has 20 response times and must have 30", ab("--out", temp.resolve("2")));
        Files.delete(log);
        assertEnds(5, "ended with code 1", ab("--out", temp.resolve("3")));
    }

    @Test
    void shouldSayNewOrMissingWhenOneJarLacksTheProgram() throws Exception {
        jmh.jar("a.jar", "a.Map.get", "a.Map.put");
        final TceRun added = ab("--out", temp.resolve("out"));
        assertEnds(0, "PASS", added);
        assertRow("NEW", added);
        jmh.jar("b.jar", "a.Map.get", "a.Map.put");
        assertEnds(5, "the latency row slow rate=10 has the program a.Slow, which no jar has", ab());
        assertEnds(5, "which no jar has", gate("aa", "--jar", temp.resolve("a.jar")));
        jmh.jarWithProgram("a.jar", "a.Map.get", "a.Map.put");
        final TceRun removed = ab("--out", temp.resolve("2"));
        assertEnds(5, "the base has this row and the head does not", removed);
        assertRow("MISSING", removed);
    }

    @Test
    void shouldLeaveItOutWhenTheCommandLineAsksForOtherRows() {
        final TceRun run = ab("--include", "get");
        assertEnds(0, "PASS 1 row", run);
        assertFalse(run.out().contains("slow"), run.out());
        final TceRun only = ab("--include", "^slow ");
        assertEnds(0, "PASS 1 row", only);
        assertRow("PASS", only);
    }

    @Test
    void shouldMeasureAJarAgainstItself() {
        assertEnds(0, "of 2 rows the first stage flagged 0", gate("aa", "--jar", temp.resolve("a.jar")));
    }

    @Test
    void shouldNotBeAPilotOfPower() {
        assertEnds(
                5, "only latency rows are wanted", gate("power", "--jar", temp.resolve("a.jar"), "--include", "^slow"));
    }

    @Test
    void shouldRefuseWhenItIsCalledLikeABenchmark() throws Exception {
        Files.writeString(config, CONFIG.replace("slow rate=10", "a.Map.get"));
        assertEnds(2, "the latency row a.Map.get is called like a benchmark", ab());
    }
}
