package io.vfiotce.tools.gate.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.SampleReports;
import io.vfiotce.tools.gate.report.TrendPage;
import io.vfiotce.tools.gate.report.TrendSeries;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
    private static final StepFinder NONE = figures -> List.of();

    @Test
    void shouldFollowEveryFigureOverTheRuns() {
        final List<TrendSeries> trends = Trends.of(
                List.of(run("c1", 1, 10), run("c2", 2, 11), run("c3", 3, Double.NaN)),
                row -> true,
                metric -> true,
                NONE);
        assertEquals(
                List.of("head", "effect"),
                trends.stream().map(TrendSeries::metric).toList());
        assertEquals(
                List.of(10.0, 11.0),
                trends.get(0).points().stream().map(TrendSeries.Point::value).toList());
    }

    @Test
    void shouldGiveTheFinderRatiosAndTellItsSteps() {
        final List<double[]> seen = new ArrayList<>();
        final List<TrendSeries> trends = Trends.of(
                List.of(run("c1", 1, 10), run("c2", 2, 12)),
                row -> row.startsWith("a."),
                metric -> !metric.isEmpty(),
                figures -> {
                    seen.add(figures);
                    return List.of(new TrendSeries.Step(1, 0.2, 1e-4));
                });
        assertEquals("[10.0, 12.0]", Arrays.toString(seen.get(0)));
        assertEquals("[1.01, 1.01]", Arrays.toString(seen.get(1)), "an effect is a ratio minus one");
        assertEquals("Step +20.0% at c2.", TrendPage.steps(trends.get(0)));
        assertEquals(
                "\u2581\u2588  10.000 to 12.000 ns/op in 2 runs  a.B.c avgt t1  time head  Step +20.0% at c2.",
                Trends.text(trends).lines().findFirst().orElseThrow());
    }

    @Test
    void shouldAskNoFinderWhenAFigureHasNoLogarithm() {
        Trends.of(List.of(run("c1", 1, 0), run("c2", 2, -1)), row -> true, HistoryRun.HEAD::equals, figures -> {
            throw new AssertionError("asked");
        });
    }

    @Test
    void shouldShowHostileTextOnThePageAndInOneLine() {
        final HistoryRun run = HistoryRun.of(SampleReports.hostile(), SampleReports.HOSTILE, "box", 1);
        final List<HistoryRun> runs = List.of(run, HistoryRun.of(SampleReports.everyVerdict(), "c", "box", 2));
        final List<TrendSeries> trends = Trends.of(runs, row -> true, metric -> true, NONE);
        final String page = TrendPage.write(SampleReports.HOSTILE, trends);
        assertFalse(page.contains("<script>alert"));
        assertTrue(page.contains("<svg class=\"plot low\" role=\"img\""));
        assertEquals(trends.size(), Trends.text(trends).lines().count());
    }

    @Test
    void shouldExportTimesCommitsAndFigures() {
        final HistoryRun other = new HistoryRun(
                "c,3",
                "box",
                86_400,
                "ab",
                Verdict.PASS,
                List.of(new HistoryRun.Figures(
                        "x \"y\"\nz", "ns", Layer.ALLOCATION, Verdict.PASS, Map.of("head", 1.0E-5))));
        assertEquals(
                "time,commit,a.B.c avgt t1 time head,\"x \"\"y\"\"\ufffdz allocation head\"\n"
                        + "1970-01-01 00:00:01 +0000,c1,10.5,\n"
                        + "1970-01-02 00:00:00 +0000,\"c,3\",,0.000010\n",
                OtavaCsv.write(List.of(run("c1", 1, 10.5), other), HistoryRun.HEAD::equals));
    }

    private static HistoryRun run(final String commit, final long timeS, final double head) {
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(HistoryRun.HEAD, head);
        metrics.put(HistoryRun.EFFECT, Double.isNaN(head) ? head : 0.01);
        return new HistoryRun(
                commit,
                "box",
                timeS,
                "ab",
                Verdict.PASS,
                List.of(new HistoryRun.Figures("a.B.c avgt t1", "ns/op", Layer.TIME, Verdict.PASS, metrics)));
    }

    @Test
    void shouldTellEachFigureInItsOwnUnit() {
        final Map<String, Double> figures = new LinkedHashMap<>();
        List.of("effect", "headBytesPerOperation", "headInstructions", "codeBytes a.T.put", "forks")
                .forEach(name -> figures.put(name, 1.0));
        final HistoryRun run = new HistoryRun(
                "c1",
                "box",
                1,
                "ab",
                Verdict.PASS,
                List.of(new HistoryRun.Figures("a.B.c", "ns/op", Layer.INSTRUCTIONS, Verdict.PASS, figures)));
        final List<TrendSeries> trends = Trends.of(List.of(run), row -> true, metric -> true, NONE);
        assertEquals(
                List.of("", "B/op", "instructions/op", "B", ""),
                trends.stream().map(TrendSeries::unit).toList());
        assertTrue(Trends.text(trends).contains("1.0000 to 1.0000 in 1 runs"), Trends.text(trends));
    }
}
