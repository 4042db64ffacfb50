package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.ReportReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code power} and {@code selftest}, with a program that stands for java: it knows one row and always measures the same. */
class GateSelftestCommandTest {
    private static final String ROW = "io.vfiotce.bench.plant.PlantBenchmark.arithmetic";
    private static final String CONFIG = """
            {"defaults": {"pairs": 6, "confirmPairs": 8, "layers": ["time"], "warmupMs": 1, "iterationMs": 1}}
            """;

    @TempDir
    private Path temp;

    private Path java;
    private Path jar;
    private Path config;

    @BeforeEach
    void create() throws IOException {
        jar = temp.resolve("bench.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("io/vfiotce/bench/plant/plant.properties"));
            zip.write("slowPerMille=0\nallocateEvery=0\ncallees=1\n".getBytes(StandardCharsets.UTF_8));
        }
        config = Files.writeString(temp.resolve("gate.json"), CONFIG);
        java = temp.resolve("java");
        Files.writeString(java, """
                #!/bin/bash
                echo "$*" >>%1$s/calls
                [ "$4" = -lp ] && printf 'Benchmarks: \\n%2$s\\n' && exit
                while [ $# -gt 0 ]; do
                    [ "$1" = -rff ] && out=$2
                    [ "$1" = -i ] && n=$2
                    shift
                done
                values=$(seq $n | sed 's/.*/2.0/' | paste -sd,)
                zeros=$(seq $n | sed 's/.*/0/' | paste -sd,)
                f() { printf '"%%s": {"score": 1, "scoreUnit": "x", "rawData": [[%%s]]}' "$1" "$2"; }
                printf '[{"jmhVersion": "1.37", "benchmark": "%2$s", "mode": "avgt", "threads": 1, "forks": 1,
                  "jvmArgs": [], "jdkVersion": "17", "vmName": "VM", "vmVersion": "17", "measurementIterations": %%s,
                  "measurementBatchSize": 1, "params": {}, "primaryMetric": {"score": 2.0, "scoreUnit": "ns/op",
                  "rawData": [[%%s]]}, "secondaryMetrics": {' "$n" "$values" >"$out"
                { f tce.cpu "$values"; echo ,; f tce.busy "$values"; echo ,; f tce.runDelay "$zeros"; echo ,
                  f tce.steal "$zeros"; echo ,; f tce.jit "$zeros"; echo ,; f tce.gc "$zeros"; echo ,
                  f tce.clock "$zeros"; echo '}}]'; } >>"$out"
                """.formatted(temp, ROW));
        java.toFile().setExecutable(true);
    }

    private long calls() throws IOException {
        return Files.readAllLines(temp.resolve("calls")).size();
    }

    private TceRun power(final Object... more) {
        final Object[] all = new Object[6 + more.length];
        System.arraycopy(new Object[] {"gate", "power", "--jvm", java, "--config", config}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return TceRun.of(all);
    }

    @Test
    void shouldSayWhatIsFoundWhenAPilotIsMeasured() throws IOException {
        final TceRun run = power("--jar", jar);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1 + 2 * 8, calls(), "the larger stage has eight pairs");
        assertTrue(run.out().startsWith(ROW + ": from 8 pairs; planned 6 + 8, "), run.out());
        assertTrue(
                run.out()
                        .contains("  +5.0 %: needs 6 + 6 pairs; with the planned ones FAIL 100.0 %, WARN 0.0 %, "
                                + "INCONCLUSIVE 0.0 %, INVALID 0.0 %, PASS 0.0 %"),
                run.out());
        assertEquals(4, run.out().lines().count());
    }

    @Test
    void shouldTakeThePairsOfAReportWhenThereIsOne() throws IOException {
        final Path out = temp.resolve("out");
        final TceRun aa = TceRun.of("gate", "aa", "--jvm", java, "--config", config, "--jar", jar, "--out", out);
        assertEquals(0, aa.exitCode(), aa.err());
        final long calls = calls();
        final TceRun run = power("--report", out.resolve("report.json"), "--slow", "10");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(calls, calls());
        assertTrue(run.out().contains("from 6 pairs"), run.out());
        assertTrue(run.out().contains("+10.0 %: needs 6 + 6 pairs; too few are recorded"), run.out());
    }

    @Test
    void shouldRefuseWhenPowerHasNothingToWorkWith() throws IOException {
        final Path out = temp.resolve("out");
        TceRun.of("gate", "aa", "--jvm", java, "--config", config, "--jar", jar, "--out", out);
        final Path report = out.resolve("report.json");
        assertEquals(2, power().exitCode());
        assertEquals(2, power("--jar", jar, "--report", report).exitCode());
        assertEquals(2, power("--report", report, "--pilot", 9).exitCode());
        assertEquals(2, power("--report", report, "--param", "a=b").exitCode());
        assertEquals(2, power("--report", report, "--slow", "1").exitCode(), "the margin");
        assertEquals(2, power("--report", report, "--slow", "x").exitCode());
        assertEquals(2, power("--jar", jar, "--budget", 1, "--pilot", 1000).exitCode());
        assertEquals(2, power("--jar", temp.resolve("gone.jar")).exitCode());
        assertEquals(5, power("--report", report, "--include", "gone").exitCode());
    }

    private TceRun selftest(final Path from, final Object... more) {
        final Object[] all = new Object[8 + more.length];
        System.arraycopy(
                new Object[] {"gate", "selftest", "--jvm", java, "--jar", from, "--dir", temp.resolve("self")},
                0,
                all,
                0,
                8);
        System.arraycopy(more, 0, all, 8, more.length);
        return TceRun.of(all);
    }

    @Test
    void shouldRunTheGateItselfAndKeepWhatItSaidWhenAPartIsMeasured() throws IOException {
        final TceRun run = selftest(jar, "--trial", "--part", "aa,replay", "--commit", "abc");
        assertEquals(3, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("ok       aa            false FAIL: 0 of 3 (limit: 0)"), run.out());
        assertTrue(
                run.out().contains("ok       replay        runs with any false FAIL: 0.00 % (limit: at most 1.20 %)"),
                run.out());
        assertTrue(run.out().contains("MISSING  power         complete: no, "), run.out());
        assertTrue(run.err().contains("jar against itself, run 3; 2 to go"), run.err());
        assertEquals(
                1,
                ReportReader.read(temp.resolve("self/aa-00/report.json")).rows().size());
        assertEquals(3 * (1 + 16), calls());
        assertTrue(Files.readString(temp.resolve("self/selftest.md")).contains("- commit: abc\n"));
        assertEquals(3, selftest(jar, "--trial", "--part", "aa,replay").exitCode());
        assertEquals(3 * (1 + 16), calls(), "what is measured is not measured again");
    }

    @Test
    void shouldRefuseWhenTheSelftestCannotBegin() throws IOException {
        final Path other = temp.resolve("other.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(other))) {
            zip.putNextEntry(new ZipEntry("a"));
        }
        final TceRun run = selftest(other);
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("other.jar: has no rows to plant faults in"), run.err());
        assertEquals(2, selftest(temp.resolve("gone.jar")).exitCode());
        assertEquals(2, selftest(jar, "--part", "gone").exitCode());
        assertEquals(2, selftest(jar, "--budget", 0).exitCode());
        assertFalse(Files.exists(temp.resolve("calls")));
    }
}
