package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.ExplainText;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.SampleReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tce gate report} and {@code tce gate explain}: stored reports, told again. */
class GateStoredReportTest {
    private static final GateReport REPORT = SampleReports.everyVerdict();

    @TempDir
    private Path directory;

    private Path stored;

    @BeforeEach
    void store() throws IOException {
        stored = Files.writeString(directory.resolve("report.json"), ReportJson.write(REPORT));
    }

    @Test
    void shouldTellAStoredReportInEveryForm() throws IOException {
        final TceRun run = TceRun.of(
                "gate",
                "report",
                stored,
                "--json",
                directory.resolve("JSON"),
                "--markdown",
                directory.resolve("MARKDOWN"),
                "--junit",
                directory.resolve("JUNIT"),
                "--html",
                directory.resolve("HTML"),
                "--github");
        assertEquals(0, run.exitCode(), run.err());
        for (final ReportForm form :
                new ReportForm[] {ReportForm.JSON, ReportForm.MARKDOWN, ReportForm.JUNIT, ReportForm.HTML}) {
            assertEquals(form.write(REPORT), Files.readString(directory.resolve(form.name())), form.name());
        }
        assertEquals(ReportForm.TERMINAL.write(REPORT) + ReportForm.GITHUB.write(REPORT), run.out());
    }

    @Test
    void shouldPrintNothingForGithubUnlessAsked() {
        assertEquals(
                ReportForm.TERMINAL.write(REPORT),
                TceRun.of("gate", "report", stored).out());
    }

    @Test
    void shouldPrintTheSchema() {
        final TceRun run = TceRun.of("gate", "report", "--schema");
        assertEquals(0, run.exitCode());
        assertEquals(ReportJson.schema(), run.out());
    }

    @Test
    void shouldExplainARow() {
        final String name = REPORT.rows().get(0).row();
        final TceRun run = TceRun.of("gate", "explain", "size=0", "--report", stored);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(ExplainText.write(REPORT, name), run.out());
        assertTrue(run.out().contains(name));
    }

    @Test
    void shouldLookAtTheHost() {
        final TceRun run = TceRun.of("gate", "doctor", "--seconds", "1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("\nlayer time "), run.out());
        assertTrue(run.out().lines().reduce((one, two) -> two).orElseThrow().startsWith("calm "), run.out());
        final TceRun strict = TceRun.of("gate", "doctor", "--seconds", "1", "--require-calm");
        final boolean calm = strict.out().lines().anyMatch(line -> line.matches("calm +yes"));
        assertEquals(calm ? 0 : 4, strict.exitCode());
        assertFalse(strict.out().isEmpty());
    }
}
