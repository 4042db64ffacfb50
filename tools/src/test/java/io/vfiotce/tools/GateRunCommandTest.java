package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that measure, with a program that stands for java: it lists rows and writes results as JMH does. */
class GateRunCommandTest {
    private static final String CONFIG = """
            {"defaults": {"pairs": 8, "confirmPairs": 8, "layers": ["allocation", "time"],
                          "warmupMs": 1, "iterationMs": 1}}
            """;

    @TempDir
    private Path temp;

    private JmhStandIn jmh;
    private Path config;

    @BeforeEach
    void create() throws IOException {
        jmh = new JmhStandIn(temp);
        jmh.jar("a.jar", "org.example.Map.get", "org.example.Map.put");
        jmh.jar("b.jar", "org.example.Map.get", "org.example.Map.put");
        config = Files.writeString(temp.resolve("gate.json"), CONFIG);
    }

    private TceRun gate(final String command, final Object... more) {
        return TceRun.of(jmh.words(command, config, more).toArray());
    }

    private TceRun ab(final Object... more) {
        return jmh.ab(config, more);
    }

    @Test
    void shouldWriteEveryFormAndResumeWhenItRunsTwice() throws Exception {
        final Object[] options = {
            "--out", temp.resolve("out"),
            "--json", temp.resolve("r.json"),
            "--markdown", temp.resolve("r.md"),
            "--junit", temp.resolve("r.xml"),
            "--html", temp.resolve("r.html"),
            "--github"
        };
        final TceRun run = ab(options);
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("tce gate: PASS 2 rows"), run.out());
        assertTrue(run.out().contains("::notice"), run.out());
        final byte[] json = Files.readAllBytes(temp.resolve("r.json"));
        final GateReport report = ReportReader.read(temp.resolve("r.json"));
        assertEquals("ab", report.command());
        assertEquals(32, report.host().size());
        assertTrue(Files.readString(temp.resolve("r.md")).contains("org.example.Map.put"));
        assertTrue(Files.readString(temp.resolve("r.xml")).contains("<testsuite"));
        assertTrue(Files.readString(temp.resolve("r.html")).startsWith("<!DOCTYPE html>"));
        final long calls = jmh.calls();
        assertEquals(0, ab(options).exitCode());
        assertEquals(calls + 2, jmh.calls(), "only the rows were asked for again");
        assertEquals(new String(json), Files.readString(temp.resolve("r.json")));
        final TceRun other = ab("--out", temp.resolve("out"), "--pairs", 7);
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("belongs to another run"), other.err());
        // Whoever knows the pairs shall not choose by what they are judged.
        for (final String own :
                List.of("\"limit\":\"9%\"", "\"margin\":\"2%\"", "\"metric\":\"wall\"", "\"familyLevel\":0.2")) {
            Files.writeString(config, CONFIG.replace("\"layers\"", own + ", \"layers\""));
            final TceRun judged = ab("--out", temp.resolve("out"));
            assertEquals(2, judged.exitCode(), own);
            assertTrue(judged.err().contains("belongs to another run"), judged.err());
        }
    }

    @Test
    void shouldEndWithOneWhenTheHeadAllocates() throws Exception {
        jmh.bytes("head", 100_000);
        final TceRun run = ab("--out", temp.resolve("out"));
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertEquals(1, ReportReader.read(temp.resolve("out/report.json")).exitCode());
        assertTrue(run.out().contains("again: tce gate ab --base"), run.out());
    }

    @Test
    void shouldEndWithFiveWhenARowIsGone() throws Exception {
        jmh.jar("b.jar", "org.example.Map.get");
        final TceRun run = ab("--out", temp.resolve("out"));
        assertEquals(5, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("MISSING"), run.out());
    }

    @Test
    void shouldPrintTheScheduleAndMeasureNothingWhenItIsDry() throws Exception {
        final TceRun run = ab("--dry-run", "--seed", 5, "--out", temp.resolve("out"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("2 rows, 32 forks"), run.out());
        assertTrue(run.out().contains("allocation of 2 rows"), run.out());
        assertEquals(2, jmh.calls());
        assertFalse(Files.exists(temp.resolve("out/forks.jsonl")));
    }

    @Test
    void shouldEndWithTwoWhenSomethingIsWrongBeforeMeasuring() throws Exception {
        assertEquals(2, ab("--budget", 1, "--pairs", 1000).exitCode());
        assertEquals(5, ab("--include", "gone").exitCode());
        assertEquals(2, ab("--include", "(").exitCode());
        assertEquals(2, ab("--profile", "gone").exitCode());
        assertEquals(2, ab("--html", temp.resolve("no/r.html")).exitCode());
        assertEquals(2, ab("--base-ref", "HEAD").exitCode());
        assertEquals(2, gate("ab", "--base", temp.resolve("a.jar")).exitCode());
        assertEquals(
                2,
                gate("ab", "--base", temp.resolve("gone.jar"), "--head", temp.resolve("b.jar"))
                        .exitCode());
        assertEquals(2, gate("check", "--jar", temp.resolve("a.jar")).exitCode(), "nothing to check");
        Files.writeString(config, "{\"defaults\": {\"pears\": 6}}");
        assertEquals(2, ab().exitCode());
    }

    @Test
    void shouldCheckOneJar() throws Exception {
        jmh.jar("a.jar", "org.example.Map.empty", "org.example.Map.put");
        Files.writeString(
                config,
                CONFIG.replace(
                        "\"pairs\"",
                        "\"alloc\": \"zero\", \"allocationBaseline\": \"org.example.Map.empty\", \"pairs\""));
        final Path out = temp.resolve("out");
        final TceRun run = gate("check", "--jar", temp.resolve("a.jar"), "--out", out);
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertEquals(
                0, gate("check", "--jar", temp.resolve("a.jar"), "--dry-run").exitCode());
        final TceRun stale = gate("check", "--jar", temp.resolve("a.jar"), "--out", out, "--jvm-arg=-Xint");
        assertEquals(2, stale.exitCode(), stale.out() + stale.err());
        jmh.bytes("head", 100_000);
        assertEquals(
                1,
                gate("check", "--jar", temp.resolve("a.jar"), "--out", temp.resolve("2"))
                        .exitCode());
    }

    @Test
    void shouldKeepWhatIsMeasuredWhenTheReportCannotBeWritten() throws Exception {
        final Path place = Files.createDirectory(temp.resolve("place"));
        jmh.then("rm -rf " + place);
        final TceRun run = ab("--json", place.resolve("r.json"));
        assertEquals(2, run.exitCode(), run.out() + run.err());
        final List<String> lines = run.errLines();
        assertEquals(2, lines.size(), run.err());
        final String kept = "forks and logs are kept in ";
        assertTrue(lines.get(0).startsWith(kept), run.err());
        assertTrue(lines.get(1).contains("r.json: cannot be written"), run.err());
        final Path directory = Path.of(lines.get(0).substring(kept.length()));
        assertEquals(0, ReportReader.read(directory.resolve("report.json")).exitCode());
        TemporaryDirectory.remove(directory);
    }

    @Test
    void shouldKeepTheLogsThatItsReportNames() throws Exception {
        jmh.then("echo boom; exit 3");
        final TceRun run = ab();
        assertEquals(5, run.exitCode(), run.out() + run.err());
        final Matcher log = Pattern.compile("see (\\S+\\.log)").matcher(run.out());
        assertTrue(log.find(), run.out());
        assertTrue(Files.readString(Path.of(log.group(1))).contains("boom"), run.out());
        TemporaryDirectory.remove(Path.of(log.group(1)).getParent().getParent());
    }

    @Test
    void shouldTimeAJarAgainstItself() {
        final TceRun run = gate("aa", "--jar", temp.resolve("a.jar"), "--include", "put");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("of 1 rows the first stage flagged 0"), run.out());
    }

    @Test
    void shouldCompareAJarWithItselfInAllLayersOnlyIfAskedTo() throws Exception {
        jmh.bytes("head", 100_000);
        final Path jar = temp.resolve("a.jar");
        final Path out = temp.resolve("out");
        assertEquals(0, gate("aa", "--jar", jar, "--include", "put").exitCode());
        final TceRun run = gate("aa", "--jar", jar, "--include", "put", "--all-layers", "--out", out);
        assertEquals(1, run.exitCode(), run.out() + run.err());
        final GateReport report = ReportReader.read(out.resolve("report.json"));
        assertEquals(
                List.of(Layer.COMPLETENESS, Layer.ALLOCATION, Layer.TIME),
                report.rows().get(0).layers().stream().map(LayerResult::layer).toList());
        assertTrue(run.out().contains("--all-layers"), run.out());
    }

    @Test
    void shouldJudgeTheOthersWhenARowHasTwoModes() throws Exception {
        jmh.then("""
                case $(<"$1") in
                *Map.get*) one=$(<"$1"); one=${one:1:-1}; echo "[$one, ${one//avgt/ss}]" >"$1" ;;
                esac
                """);
        final TceRun run = ab("--out", temp.resolve("out"), "--json", temp.resolve("r.json"));
        assertEquals(5, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("name one mode, as by --jmh-arg=-bm --jmh-arg=avgt"), run.out());
        final GateReport report = ReportReader.read(temp.resolve("r.json"));
        for (final Layer layer : List.of(Layer.ALLOCATION, Layer.TIME)) {
            assertEquals(Verdict.MISSING, verdict(report, 0, layer));
            assertEquals(Verdict.PASS, verdict(report, 1, layer));
        }
    }

    private static Verdict verdict(final GateReport report, final int row, final Layer layer) {
        return report.rows().get(row).layers().stream()
                .filter(result -> result.layer() == layer)
                .map(LayerResult::verdict)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldRefuseAJarThatNeedsOthersBesideIt() throws Exception {
        jar("b.jar", "lib/gone.jar lib/map.jar", "org/example/Map.class");
        assertEquals(0, ab("--dry-run").exitCode(), "what is not there is not needed");
        Files.createDirectory(temp.resolve("lib"));
        jar("lib/map.jar", "", "org/example/Map.class");
        assertEquals(0, ab("--dry-run").exitCode(), "it has the class itself");
        for (final String directory : List.of("", ".", "lib/")) {
            jar("b.jar", directory, "org/example/Tree.class");
            assertEquals(0, ab("--dry-run").exitCode(), directory);
        }
        jar("b.jar", "lib/gone.jar lib/map.jar", "org/example/Tree.class");
        final TceRun run = ab("--dry-run");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("b.jar: needs lib/map.jar beside it (Class-Path of its manifest)"), run.err());
    }

    private void jar(final String name, final String classPath, final String entry) throws IOException {
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(temp.resolve(name)), manifest)) {
            out.putNextEntry(new ZipEntry(entry));
        }
    }
}
