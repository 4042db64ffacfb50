package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TerminalReportTest {
    @Test
    void shouldEndWithTheSummaryAndTheCounts() {
        final List<String> lines =
                TerminalReport.write(twoOf31(), false).lines().toList();
        assertEquals("tce gate: FAIL 2 of 31 rows (1 time, 1 allocation) in 11m40s", lines.get(lines.size() - 2));
        assertEquals("29 passed, 2 failed", lines.get(lines.size() - 1));
    }

    @Test
    void shouldHaveOneLinePerRowWithTheGravestFirst() {
        final GateReport report = SampleReports.everyVerdict();
        final List<String> lines = TerminalReport.write(report, false).lines().toList();
        for (int i = 0; i < Verdict.values().length; i++) {
            final Verdict verdict = Verdict.values()[Verdict.values().length - 1 - i];
            assertTrue(lines.get(i + 1).startsWith(Text.glyph(verdict) + " " + verdict + " "), lines.get(i + 1));
        }
    }

    @Test
    void shouldTellEffectIntervalLimitAndPairs() {
        final LayerResult time = new LayerResult(
                Layer.TIME,
                Verdict.FAIL,
                "Slower.",
                new Interval(0.1234, 0.1012, 0.1456, 0.95, 0.031),
                0.05,
                Map.of(),
                pairs(3, 1));
        final LayerResult shape = new LayerResult(Layer.CODE_SHAPE, Verdict.PASS, "", null, 0.1, Map.of(), List.of());
        final String text = TerminalReport.write(
                SampleReports.report(
                        Verdict.FAIL, 1, List.of(new RowResult("a.B.c avgt t1", "ns/op", false, List.of(time, shape)))),
                false);
        assertTrue(
                text.lines()
                        .anyMatch(line ->
                                line.matches("\u2717 FAIL +a\\.B\\.c avgt t1 +\\+12\\.3% +\\[\\+10\\.1%, \\+14\\.6%\\]"
                                        + " +5\\.0% +3\\.1% +3 \\(1 dropped\\) +time FAIL, code shape PASS")),
                text);
        assertTrue(text.contains("  time FAIL: Slower.\n"), text);
        assertTrue(
                text.contains("  again: tce gate ab --base queue-1.4.jar --head queue-1.5.jar --seed 42"
                        + " --include '^a\\.B\\.c avgt t1$'\n"),
                text);
    }

    @Test
    void shouldCountInconclusiveRowsByThePolicy() {
        final GateReport report =
                SampleReports.report(Verdict.PASS, 0, List.of(row(Verdict.INCONCLUSIVE), row(Verdict.PASS)));
        assertEquals("1 passed, 0 failed, 1 skipped", Summary.of(report).countLine());
        assertEquals("1 passed, 1 failed", Summary.of(with(report, "fail")).countLine());
        assertEquals("2 passed, 0 failed", Summary.of(with(report, "pass")).countLine());
        assertEquals(
                "tce gate: PASS 2 rows (1 inconclusive) in 11m40s",
                Summary.of(report).verdictLine());
    }

    @Test
    void shouldNameOtherVerdictsWhenSeveralBlock() {
        final GateReport report = SampleReports.report(
                Verdict.FAIL, 1, List.of(row(Verdict.FAIL), row(Verdict.MISSING), row(Verdict.PASS)));
        assertEquals(
                "tce gate: FAIL 2 of 3 rows (1 time, 1 time MISSING) in 11m40s",
                Summary.of(report).verdictLine());
    }

    @Test
    void shouldCountARowAsFailedWhenALayerThatDoesNotBlockIsGraver() {
        final RowResult both = new RowResult(
                "r",
                "",
                false,
                List.of(
                        row(Verdict.INVALID).layers().get(0),
                        row(Verdict.INCONCLUSIVE).layers().get(0)));
        final GateReport plain = SampleReports.report(Verdict.INCONCLUSIVE, 3, List.of(both));
        final Map<String, String> envelope = new TreeMap<>(plain.envelope());
        envelope.put(EnvelopeKeys.ON_INCONCLUSIVE, "fail");
        envelope.put(EnvelopeKeys.ON_INVALID, "warn");
        final GateReport report = new GateReport(
                plain.schema(),
                plain.command(),
                plain.verdict(),
                plain.exitCode(),
                plain.seed(),
                envelope,
                plain.rows(),
                plain.host(),
                plain.notes());
        assertEquals("0 passed, 1 failed", Summary.of(report).countLine());
        assertTrue(TerminalReport.write(report, false).contains("  time INCONCLUSIVE: "));
        assertTrue(MarkdownReport.write(report).contains("- **time INCONCLUSIVE** "));
        assertTrue(HtmlReport.write(report).contains("id=\"blocking\""));
    }

    @Test
    void shouldCountARowOfWhichNothingIsKnownAsFailed() {
        final GateReport report =
                SampleReports.report(Verdict.MISSING, 5, List.of(new RowResult("r", "", false, List.of())));
        assertEquals("0 passed, 1 failed", Summary.of(report).countLine());
    }

    @Test
    void shouldLetNoTextActWhenItIsHostile() {
        final String text = TerminalReport.write(SampleReports.hostile(), false);
        text.chars()
                .filter(c -> c != '\n')
                .forEach(c -> assertFalse(Character.isISOControl(c) || c == 0x202e, "control character " + c));
        assertTrue(text.lines().noneMatch(line -> line.startsWith("::")), text);
        assertTrue(text.lines().allMatch(line -> line.length() < 2_500), "no endless line");
    }

    @Test
    void shouldColourOnlyWhenAsked() {
        assertFalse(TerminalReport.write(SampleReports.everyVerdict(), false).contains("\u001b"));
        assertTrue(TerminalReport.write(SampleReports.everyVerdict(), true).contains("\u001b[31m\u2717 FAIL\u001b[0m"));
    }

    static List<Pair> pairs(final int used, final int dropped) {
        final Iterations fork = new Iterations(1, List.of(1.0));
        return IntStream.range(0, used + dropped)
                .mapToObj(i -> new Pair(1, i, false, i, fork, fork, i < used ? "" : "steal 3%"))
                .toList();
    }

    private static GateReport twoOf31() {
        final List<RowResult> rows = new ArrayList<>();
        for (int i = 0; i < 29; i++) {
            rows.add(row(Verdict.PASS));
        }
        rows.add(row(Verdict.FAIL));
        rows.add(new RowResult(
                "x",
                "ns/op",
                false,
                List.of(new LayerResult(Layer.ALLOCATION, Verdict.FAIL, "48 B.", null, 4096, Map.of(), List.of()))));
        return SampleReports.report(Verdict.FAIL, 1, rows);
    }

    private static RowResult row(final Verdict verdict) {
        return SampleReports.row("a.B.c avgt t1", verdict, new SplittableRandom(1), 4);
    }

    private static GateReport with(final GateReport report, final String onInconclusive) {
        final Map<String, String> envelope = new HashMap<>(report.envelope());
        envelope.put(EnvelopeKeys.ON_INCONCLUSIVE, onInconclusive);
        return new GateReport(
                report.schema(),
                report.command(),
                report.verdict(),
                report.exitCode(),
                report.seed(),
                envelope,
                report.rows(),
                report.host(),
                report.notes());
    }
}
