package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tce gate history}. */
class GateHistoryTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("history.jsonl");
    }

    private TceRun history(final String command, final Object... more) {
        final List<Object> all = new ArrayList<>(List.of("gate", "history", command, "--file", file));
        all.addAll(List.of(more));
        return TceRun.of(all.toArray());
    }

    private Path report(final Verdict verdict, final double effect) throws IOException {
        final Interval interval = new Interval(effect, effect - 0.01, effect + 0.01, 0.9, 0.02);
        final LayerResult time = new LayerResult(
                Layer.TIME, verdict, "said", interval, 0.05, Map.of("headInstructions", 60 + effect), List.of());
        final GateReport report = new GateReport(
                GateReport.SCHEMA,
                "ab",
                verdict,
                verdict == Verdict.FAIL ? 1 : 0,
                1,
                Map.of(),
                List.of(new RowResult("a.B.c avgt t1", "ns/op", false, List.of(time))),
                List.of(),
                List.of());
        return Files.writeString(directory.resolve("report.json"), ReportJson.write(report));
    }

    private void add(
            final String commit, final String hostClass, final Verdict verdict, final double effect, final int day)
            throws IOException {
        final TceRun run = history(
                "add",
                report(verdict, effect),
                "--commit",
                commit,
                "--host-class",
                hostClass,
                "--at",
                String.format(Locale.ROOT, "2026-01-%02dT00:00:00Z", day));
        assertEquals(0, run.exitCode(), run.err());
    }

    @Test
    void shouldShowWhereAFigureChanged() throws IOException {
        for (int i = 1; i <= 20; i++) {
            add("c" + i, "box", i > 15 ? Verdict.WARN : Verdict.PASS, (i > 15 ? 0.1 : 0) + 0.0001 * i, i);
        }
        final TceRun run = history("show", "--html", directory.resolve("trend.html"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("in 20 runs"), run.out());
        assertTrue(run.out().contains("Step +10.1% at c16."), run.out());
        assertTrue(run.out().endsWith("comparison point: c20, WARN\n"), run.out());
        assertTrue(Files.readString(directory.resolve("trend.html")).contains("+10.1% at c16"));
    }

    @Test
    void shouldNotCompareWithWhatFailedUntilItIsPromoted() throws IOException {
        add("good", "box", Verdict.PASS, 0, 1);
        add("bad", "box", Verdict.FAIL, 0.2, 2);
        assertTrue(history("show").out().endsWith("comparison point: good, PASS\n"));
        assertEquals(0, history("promote", "bad", "--reason", "wanted").exitCode());
        assertTrue(history("show").out().endsWith("comparison point: bad, FAIL\n"));
    }

    @Test
    void shouldExportWhatIsAskedFor() throws IOException {
        add("c1", "box", Verdict.PASS, 0.25, 1);
        add("c2", "other", Verdict.PASS, 0.5, 2);
        assertEquals(
                "time,commit,a.B.c avgt t1 time effect\n2026-01-01 00:00:00 +0000,c1,0.25\n",
                history("export", "--host-class", "box").out());
        final Path csv = directory.resolve("out.csv");
        final TceRun run = history(
                "export", "--host-class", "other", "--metric", "headInstructions", "--metric", "effect", "-o", csv);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(
                "time,commit,a.B.c avgt t1 time effect,a.B.c avgt t1 time headInstructions\n"
                        + "2026-01-02 00:00:00 +0000,c2,0.5,60.5\n",
                Files.readString(csv));
    }

    @Test
    void shouldRefuseATornHistoryUntilItIsRepaired() throws IOException {
        add("c1", "box", Verdict.PASS, 0, 1);
        final String whole = Files.readString(file);
        Files.writeString(file, "{\"schema\":", StandardOpenOption.APPEND);
        assertEquals(2, history("show").exitCode());
        assertEquals(2, history("export").exitCode());
        assertEquals(2, history("promote", "c1", "--reason", "x").exitCode());
        assertEquals(
                2,
                history("add", report(Verdict.PASS, 0), "--commit", "c2", "--host-class", "box")
                        .exitCode());
        assertEquals("10 bytes cut off\n", history("repair").out());
        assertEquals(whole, Files.readString(file));
        assertEquals("whole already\n", history("repair").out());
        assertEquals(0, history("show").exitCode());
    }

    @Test
    void shouldPrintUsageAndRefuseWhenThereIsNoCommand() {
        final TceRun run = TceRun.of("gate", "history");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().startsWith("Usage: tce gate history"), run.err());
    }
}
