package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {
    private static final Set<String> VOID = Set.of("meta", "link", "wbr");
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z0-9]+)((?: [a-zA-Z0-9-]+=\"[^\"<>]*\")*)(/?)>");

    static Stream<GateReport> reports() {
        return Stream.of(SampleReports.everyVerdict(), SampleReports.hostile(), SampleReports.large(60, 36));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldBeWellFormedWhateverTheReport(final GateReport report) {
        final String page = body(HtmlReport.write(report));
        final ArrayDeque<String> open = new ArrayDeque<>();
        final Matcher tag = TAG.matcher(page);
        int at = 0;
        while (tag.find()) {
            final String between = page.substring(at, tag.start());
            assertFalse(between.contains("<") || between.contains(">"), between);
            at = tag.end();
            if (tag.group(1).isEmpty() && tag.group(4).isEmpty() && !VOID.contains(tag.group(2))) {
                open.push(tag.group(2));
            } else if (!tag.group(1).isEmpty()) {
                assertEquals(open.pop(), tag.group(2));
            }
        }
        assertTrue(open.isEmpty(), open.toString());
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldHoldEverythingItNeeds(final GateReport report) {
        final String page = HtmlReport.write(report);
        assertTrue(page.contains("default-src &#39;none&#39;"), "the page may load nothing");
        final Matcher link =
                Pattern.compile(" (?:href|src|action|data)=\"([^\"]*)\"").matcher(page);
        while (link.find()) {
            assertTrue(link.group(1).startsWith("#row-") || link.group(1).equals("data:,"), link.group(1));
        }
        assertFalse(page.contains("url(") || page.contains("@import"), "no style is loaded");
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldDrawNothingWithoutAPlaceOrAText(final GateReport report) {
        final String page = body(HtmlReport.write(report));
        assertFalse(page.contains("NaN%") || page.contains("Infinity%"), "every place is a number");
        final Matcher drawing = Pattern.compile("<svg class=\"[^\"]*\"([^>]*)>").matcher(page);
        int drawings = 0;
        while (drawing.find()) {
            drawings++;
            assertTrue(
                    drawing.group(1).matches(" role=\"img\" aria-label=\"[^\"]{10,}\"| aria-hidden=\"true\""),
                    drawing.group());
        }
        assertTrue(drawings > report.rows().size() / 2, "there are drawings");
    }

    @Test
    void shouldLinkEveryRowToItsDetails() {
        final String page = HtmlReport.write(SampleReports.large(60, 2));
        final Set<String> ids = new HashSet<>();
        final Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(page);
        while (id.find()) {
            assertTrue(ids.add(id.group(1)), "twice: " + id.group(1));
        }
        for (int i = 0; i < 60; i++) {
            assertTrue(page.contains("href=\"#row-" + i + "\"") && ids.contains("row-" + i), "row " + i);
        }
    }

    @Test
    void shouldDrawTheQuantilesOfLatencyLayers() {
        final Map<String, Double> figures = Map.of(
                "base.p50",
                100.0,
                "base.p99.9",
                1000.0,
                "head.p50",
                200.0,
                "head.p99.9",
                2000.0,
                "base.p",
                1.0,
                "max",
                1e9);
        final LayerResult latency = new LayerResult(Layer.LATENCY, Verdict.PASS, "", null, 0.1, figures, List.of());
        final String page = HtmlReport.write(
                SampleReports.report(Verdict.PASS, 0, List.of(new RowResult("r", "ns", false, List.of(latency)))));
        final Matcher curve = Pattern.compile("class=\"curve (base|head)\" d=\"M(\\d+) (\\d+)L(\\d+) (\\d+)\"")
                .matcher(page);
        assertTrue(curve.find(), page);
        assertEquals("base", curve.group(1));
        final int baseLow = Integer.parseInt(curve.group(3));
        assertTrue(curve.find(), page);
        assertEquals("head", curve.group(1));
        assertTrue(Integer.parseInt(curve.group(3)) < baseLow, "slower is higher");
        assertTrue(page.contains(">99.9%</text>"), "the axis names the quantiles");
        assertEquals("base.p99.9", LatencyFigures.base(99.9));
        assertEquals("head.p50", LatencyFigures.head(50));
    }

    @Test
    void shouldPlaceLimitMarginAndEffectOnOneAxis() {
        final Interval interval = new Interval(0.05, 0.01, 0.09, 0.95, 0.02);
        final LayerResult layer = new LayerResult(Layer.TIME, Verdict.WARN, "", interval, 0.05, Map.of(), List.of());
        final GateReport plain =
                SampleReports.report(Verdict.WARN, 0, List.of(new RowResult("r", "ns", false, List.of(layer))));
        final Map<String, String> envelope = new LinkedHashMap<>(plain.envelope());
        envelope.put(EnvelopeKeys.MARGIN, "0.01");
        final String strip = new ForestPlot(new GateReport(
                        plain.schema(),
                        plain.command(),
                        plain.verdict(),
                        0,
                        1,
                        envelope,
                        plain.rows(),
                        List.of(),
                        List.of()))
                .strip(layer);
        final String limit = place(strip, "class=\"limit\" x1");
        assertEquals(limit, place(strip, "class=\"effect\" r=\"5\" cx"), "the effect is at the limit");
        assertEquals("50.00%", place(strip, "class=\"zero\" x1"));
        assertEquals(
                place(strip, "class=\"margin\" x1"),
                place(strip, "class=\"interval\" x1"),
                "the bound is at the margin");
    }

    @Test
    void shouldShowAnArrowWhenAnIntervalLeavesTheAxis() {
        final LayerResult narrow = layer(new Interval(0, -0.01, 0.01, 0.95, 0.02));
        final LayerResult endless = layer(new Interval(0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0.95, 1));
        final ForestPlot forest = forest(narrow, endless);
        assertEquals(0, forest.strip(narrow).split("class=\"beyond\"", -1).length - 1);
        assertEquals(2, forest.strip(endless).split("class=\"beyond\"", -1).length - 1);
    }

    @Test
    void shouldPointToTheSideWhereAnIntervalLies() {
        // The limit of 5 % keeps the axis short of both.
        final LayerResult slow = layer(new Interval(0.9, 0.85, 0.95, 0.95, 0.02));
        final LayerResult fast = layer(new Interval(-0.8, -0.85, -0.75, 0.95, 0.02));
        final ForestPlot forest = forest(slow, fast);
        final String right = forest.strip(slow);
        assertTrue(right.contains("x=\"100%\" y=\"50%\" dy=\"4.5\">\u25b8<"), right);
        assertFalse(right.contains("\u25c2"), right);
        final String left = forest.strip(fast);
        assertTrue(left.contains("x=\"0\" y=\"50%\" dy=\"4.5\">\u25c2<"), left);
        assertFalse(left.contains("\u25b8"), left);
    }

    @Test
    void shouldKeepOutliersAtTheEndOfTheAxis() {
        final Scale scale = Scale.robust(DoubleStream.of(1, 1.1, 1.2, 1.3, 1.1, 1.2, 500), 0);
        assertTrue(scale.high() < 3 && scale.low() < 0, scale.toString());
        assertEquals(100, scale.percent(500));
        assertEquals(0, scale.percent(Double.NaN));
    }

    @Test
    void shouldPlaceRoundTicksOnEveryAxis() {
        assertEquals(List.of(0.0, 2.0, 4.0, 6.0, 8.0, 10.0), new Scale(-0.5, 10.5).ticks());
        assertEquals(List.of(0.0, 120_000.0, 240_000.0, 360_000.0, 480_000.0), new Scale(-9, 500_000).timeTicks());
        assertEquals(List.of(1.0, Math.log10(20), Math.log10(50), 2.0), new Scale(0.9, 2.1).decimalTicks());
        assertEquals(List.of(0.0, 2.0, 4.0, 6.0, 8.0), new Scale(-1, 9.3).decimalTicks());
        for (final Scale scale : List.of(
                new Scale(-Double.MAX_VALUE / 4, Double.MAX_VALUE / 4),
                Scale.of(DoubleStream.of(0, 5e-324)),
                Scale.of(DoubleStream.empty()))) {
            assertEquals(Set.copyOf(scale.ticks()).size(), scale.ticks().size());
            assertTrue(scale.ticks().size() > 1, scale.toString());
        }
    }

    private static ForestPlot forest(final LayerResult one, final LayerResult other) {
        return new ForestPlot(SampleReports.report(
                Verdict.PASS,
                0,
                List.of(
                        new RowResult("a", "ns", false, List.of(one)),
                        new RowResult("b", "ns", false, List.of(other)))));
    }

    private static LayerResult layer(final Interval interval) {
        return new LayerResult(Layer.TIME, Verdict.PASS, "", interval, 0.05, Map.of(), List.of());
    }

    private static String place(final String svg, final String attribute) {
        final Matcher matcher =
                Pattern.compile(Pattern.quote(attribute) + "=\"([^\"]*)\"").matcher(svg);
        assertTrue(matcher.find(), svg);
        return matcher.group(1);
    }

    /** The page without its style and script. */
    private static String body(final String page) {
        return page.replaceAll("(?s)<(style|script)>.*?</\\1>", "").replaceFirst("<!DOCTYPE html>", "");
    }
}
