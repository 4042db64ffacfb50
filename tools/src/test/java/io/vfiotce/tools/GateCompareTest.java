package io.vfiotce.tools;

import static io.vfiotce.tools.JmhResults.key;
import static io.vfiotce.tools.JmhResults.row;
import static io.vfiotce.tools.JmhResults.scoreOnly;
import static io.vfiotce.tools.JmhResults.words;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code tce gate compare} says of stored results. */
class GateCompareTest {
    private static final String MAP = "org.example.Map.map";
    private static final String UNMAP = "org.example.Map.unmap";

    @TempDir
    private Path directory;

    private Path result(final String name, final String... rows) throws IOException {
        return JmhResults.write(directory, name, rows);
    }

    private Path config(final String json) throws IOException {
        return Files.writeString(directory.resolve("gate.json"), json);
    }

    private TceRun compare(final Path base, final Path head, final String more) {
        return TceRun.of(words(
                "gate compare --base", base, "--head", head, "--json", directory.resolve("out.json"), more.strip()));
    }

    private GateReport report() {
        return ReportReader.read(directory.resolve("out.json"));
    }

    private static LayerResult time(final GateReport report, final String row) {
        final RowResult result = report.rows().stream()
                .filter(any -> any.row().equals(row))
                .findFirst()
                .orElseThrow();
        return result.layers().stream()
                .filter(layer -> layer.layer() == Layer.TIME)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "1.2, --same-machine, FAIL, 1",
        "1.0001, --same-machine, PASS, 0",
        "0.8, --same-machine, IMPROVED, 0",
        "1.2, '', INCONCLUSIVE, 0",
        "1.0001, '', INCONCLUSIVE, 0",
        "0.2, '', INCONCLUSIVE, 0",
        "3, '', FAIL, 1"
    })
    void shouldJudgeByTheMachines(final double factor, final String machine, final Verdict verdict, final int exitCode)
            throws IOException {
        final Path base = result("base.json", row(MAP, 2));
        final Path head = result("head.json", row(MAP, 2 * factor));
        final TceRun run = compare(base, head, machine + " --profile pr");
        assertEquals(exitCode, run.exitCode(), run.err());
        final GateReport report = report();
        assertEquals(verdict, time(report, key(MAP)).verdict());
        assertEquals(verdict, report.verdict());
        assertEquals(exitCode, report.exitCode());
        assertEquals(factor - 1, time(report, key(MAP)).interval().effect(), 1e-3);
        assertTrue(report.notes().get(0).contains("weaker"), report.notes().toString());
        assertEquals(machine.isEmpty() ? 2 : 1, report.notes().size());
        assertTrue(run.out().contains("tce gate: " + verdict + " 1"), run.out());
    }

    @Test
    void shouldFlipTheSignWhenTheResultsAreSwapped() throws IOException {
        final Path one = result("one.json", row(MAP, 2));
        final Path other = result("other.json", row(MAP, 2.5));
        assertEquals(1, compare(one, other, "--same-machine").exitCode());
        final LayerResult slower = time(report(), key(MAP));
        assertEquals(0, compare(other, one, "--same-machine").exitCode());
        final LayerResult faster = time(report(), key(MAP));
        assertEquals(Verdict.FAIL, slower.verdict());
        assertEquals(Verdict.IMPROVED, faster.verdict());
        assertEquals(
                1, (1 + slower.interval().effect()) * (1 + faster.interval().effect()), 1e-12);
        assertEquals(1, (1 + slower.interval().lower()) * (1 + faster.interval().upper()), 1e-9);
    }

    @Test
    void shouldWriteTheSameBytesWhereverItRuns() throws IOException {
        final Path base = result("base.json", row(UNMAP, 7), row(MAP, 2), row("org.example.Größe.n\\u00e4chste", 1));
        final Path head =
                result("head.json", row(MAP, 2.02), row("org.example.Größe.n\\u00e4chste", 1.3), row(UNMAP, 7.001));
        final Locale locale = Locale.getDefault();
        final TimeZone zone = TimeZone.getDefault();
        compare(base, head, "--same-machine");
        final byte[] expected = Files.readAllBytes(directory.resolve("out.json"));
        try {
            for (final String tag : List.of("de-DE", "ar-EG-u-nu-arab", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
                compare(base, head, "--same-machine");
                assertArrayEquals(expected, Files.readAllBytes(directory.resolve("out.json")), tag);
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void shouldSayNothingOfARowWithoutRawData() throws IOException {
        final Path base = result("base.json", scoreOnly(MAP, 2));
        final Path head = result("head.json", scoreOnly(MAP, 9));
        assertEquals(0, compare(base, head, "--same-machine").exitCode());
        assertEquals(Verdict.INCONCLUSIVE, report().verdict());
        assertTrue(
                report().notes().get(1).contains("no raw data"),
                report().notes().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "average-1.37.json, 2",
        "throughput-1.21.json, 1",
        "sample-1.36.json, 1",
        "sample-1.37.json, 1",
        "single-shot-1.37.json, 1",
        "params-secondary-1.37.json, 2",
        "plain-1.0.json, 1"
    })
    void shouldReadEveryLayout(final String name, final int rows) throws Exception {
        final Path base = Path.of(getClass().getResource("/gate/jmh/" + name).toURI());
        // The same figures in a file with other bytes.
        final Path head = Files.writeString(directory.resolve("head.json"), Files.readString(base) + "\n\n");
        final TceRun run = compare(base, head, "--same-machine");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(rows, report().rows().size());
        for (final RowResult row : report().rows()) {
            final LayerResult time = time(report(), row.row());
            assertEquals(0, time.figures().get("theta"), 1e-12);
            assertTrue(
                    time.verdict() == Verdict.INCONCLUSIVE || time.verdict() == Verdict.PASS,
                    time.verdict() + " " + time.reason());
        }
    }

    @Test
    void shouldKeepRowsThatOnlyOneResultHas() throws IOException {
        final Path base = result("base.json", row(MAP, 2));
        final Path head = result("head.json", row(MAP, 2.001), row(UNMAP, 3));
        assertEquals(0, compare(base, head, "--same-machine").exitCode());
        assertEquals(Verdict.PASS, report().verdict());
        assertEquals(Verdict.NEW, report().rows().get(0).layers().get(0).verdict());
        assertEquals(5, compare(head, base, "--same-machine").exitCode());
        assertEquals(Verdict.MISSING, report().verdict());
        assertEquals(key(UNMAP), report().rows().get(0).row());
        // What is not chosen is not missing.
        assertEquals(0, compare(head, base, "--same-machine --include Map.map").exitCode());
        assertEquals(0, compare(head, base, "--same-machine --exclude unmap").exitCode());
        assertEquals(1, report().rows().size());
    }

    @Test
    void shouldAskForMoreTheMoreRowsThereAre() throws IOException {
        // Five forks against five are never less likely than 1 in 252: enough among two rows, not among three.
        final String slow = row(MAP, 2.4, 5);
        final Path base = result("base.json", row(MAP, 2, 5), row(UNMAP, 1, 5));
        final Path head = result("head.json", slow, row(UNMAP, 1.001, 5));
        assertEquals(1, compare(base, head, "--same-machine").exitCode());
        final String third = "org.example.Map.get";
        final Path base3 = result("base3.json", row(MAP, 2, 5), row(UNMAP, 1, 5), row(third, 3, 5));
        final Path head3 = result("head3.json", slow, row(UNMAP, 1.001, 5), row(third, 3.001, 5));
        assertEquals(5, compare(base3, head3, "--same-machine").exitCode());
        assertEquals(Verdict.MISSING, time(report(), key(MAP)).verdict());
    }

    @Test
    void shouldTellModesApartWhenARowHasSeveral() throws IOException {
        final String shot = row(MAP, 7).replace("\"avgt\"", "\"ss\"");
        final Path base = result("base.json", row(MAP, 2), shot, row(UNMAP, 1));
        final Path head = result("head.json", shot, row(MAP, 2.4), row(UNMAP, 1.001));
        assertEquals(1, compare(base, head, "--same-machine").exitCode());
        assertEquals(
                List.of(key(MAP) + " avgt t1", key(MAP) + " ss t1", key(UNMAP)),
                report().rows().stream().map(RowResult::row).toList());
    }

    @Test
    void shouldRefuseToCompareShotsThatAreNotEquallyWarm() throws IOException {
        final String cold = row(MAP, 2).replace("\"avgt\"", "\"ss\"");
        final String warm = cold.replace("\"forks\"", "\"warmupIterations\" : 20, \"forks\"");
        final TceRun run = compare(result("base.json", cold), result("head.json", warm), "--same-machine");
        assertEquals(5, run.exitCode(), run.out());
        assertTrue(run.err().contains("iterations is '0 + 3' in base and '20 + 3' in head"), run.err());
        final Path base = result("base.json", cold.replace("\"ss\"", "\"avgt\""));
        final Path head = result("head.json", warm.replace("\"ss\"", "\"avgt\""));
        assertEquals(0, compare(base, head, "--same-machine").exitCode(), "what is warm is warm");
    }

    @Test
    void shouldJudgeARowByItsOwnLimit() throws IOException {
        final Path config = config("{\"rows\": [{\"match\": \"unmap\", \"limit\": \"30%\"}]}");
        final Path base = result("base.json", row(MAP, 2), row(UNMAP, 2));
        final Path head = result("head.json", row(MAP, 2.4), row(UNMAP, 2.4));
        assertEquals(1, compare(base, head, "--same-machine --config " + config).exitCode());
        assertEquals(Verdict.FAIL, time(report(), key(MAP)).verdict());
        assertEquals(0.05, time(report(), key(MAP)).limit());
        assertEquals(Verdict.WARN, time(report(), key(UNMAP)).verdict());
        assertEquals(0.3, time(report(), key(UNMAP)).limit());
    }

    @Test
    void shouldLetAWaiverTurnAFailureIntoAWarning() throws IOException {
        final Path config = config("""
                {"waivers": [{"row": "%s", "layer": "time", "ceiling": "25%%", "expires": "2999-12-31",
                              "reason": "checks more", "owner": "issue 1"}]}""".formatted(key(MAP)));
        final Path base = result("base.json", row(MAP, 2));
        final Path head = result("head.json", row(MAP, 2.4));
        assertEquals(0, compare(base, head, "--same-machine --config " + config).exitCode());
        assertEquals(Verdict.WARN, report().verdict());
    }

    @Test
    void shouldRepeatTheRunByTheCommandThatTheReportNames() throws IOException {
        final Path base = result("it's base.json", row(MAP, 2));
        final Path head = result("head.json", row(MAP, 2.4));
        TceRun.of(
                "gate",
                "compare",
                "--base",
                base,
                "--head",
                head,
                "--same-machine",
                "--json",
                directory.resolve("out.json"));
        assertEquals(
                "tce gate compare --base '" + base.toString().replace("'", "'\\''") + "' --head " + head
                        + " --same-machine --profile pr",
                report().envelope().get("reproduce"));
    }
}
