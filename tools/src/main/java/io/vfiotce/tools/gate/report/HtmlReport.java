package io.vfiotce.tools.gate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A report as one page that needs nothing else: no network, no script, no font. Where scripts run, tables can be sorted. The page's
 * own policy forbids the browser to load anything.
 */
public final class HtmlReport {
    private static final int MAX_NAME_CHARS = 300;

    private HtmlReport() {}

    /**
     * Writes a report.
     *
     * @param report the report
     * @return HTML, to be stored in UTF-8
     */
    public static String write(final GateReport report) {
        final Summary summary = Summary.of(report);
        final Markup page = new Markup();
        start(page, summary.verdictLine());
        page.open("header", "class", "banner " + report.verdict());
        page.open("p", "class", "verdict").leaf("span", Text.glyph(report.verdict()), "aria-hidden", "true");
        page.text(" " + report.verdict()).close("p");
        page.leaf("h1", summary.verdictLine())
                .leaf("p", summary.countLine(), "class", "count")
                .close("header");
        page.open("main").line();
        final List<RowResult> rows = Rows.gravestFirst(report);
        HtmlRows.blocking(page, report, rows);
        overview(page, report, rows);
        page.open("section", "id", "rows").leaf("h2", "Row by row");
        for (int i = 0; i < rows.size(); i++) {
            HtmlRows.row(page, report, rows.get(i), i);
        }
        page.close("section").line();
        host(page, report);
        compared(page, report);
        page.close("main");
        end(page);
        return page.toString();
    }

    /** Everything before the page's content. */
    static void start(final Markup page, final String title) {
        final String style = resource("/gate/page.css");
        final String script = resource("/gate/page.js");
        page.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head").line();
        page.empty("meta", "charset", "utf-8");
        page.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " + hash(style)
                        + "; script-src " + hash(script));
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        // Browsers ask the server for an icon unless they are given one.
        page.empty("link", "rel", "icon", "href", "data:,");
        page.leaf("title", title).line();
        page.open("style")
                .raw(style)
                .close("style")
                .close("head")
                .line()
                .open("body")
                .line();
    }

    /** Everything after the page's content. */
    static void end(final Markup page) {
        page.open("script").raw(resource("/gate/page.js")).close("script").line();
        page.close("body").close("html").line();
    }

    private static String hash(final String text) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(final String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The forest plot, which is a table with one strip per row. */
    private static void overview(final Markup page, final GateReport report, final List<RowResult> rows) {
        final ForestPlot forest = new ForestPlot(report);
        page.open("section", "id", "overview").leaf("h2", "All rows").open("p", "class", "note");
        page.text(
                "Effect of head against base with its interval; to the right is slower. The dashed line is a row's limit");
        page.text(ForestPlot.margin(report) > 0 ? ", the dotted lines are the margin." : ".")
                .close("p");
        page.open("table", "class", "forest sortable").line().open("thead").open("tr");
        header(page, "Verdict", "text");
        header(page, "Row", "text");
        page.open("th", "scope", "col", "class", "axis").leaf("span", "Effect and limit", "class", "unseen");
        page.raw(forest.axis()).close("th");
        List.of("Effect", "Interval", "Limit", "Detects", "Pairs").forEach(name -> header(page, name, "number"));
        page.leaf("th", "Layers", "scope", "col")
                .close("tr")
                .close("thead")
                .line()
                .open("tbody")
                .line();
        for (int i = 0; i < rows.size(); i++) {
            overviewLine(page, forest, rows.get(i), i);
        }
        page.close("tbody").close("table").close("section").line();
    }

    private static void header(final Markup page, final String name, final String kind) {
        page.leaf("th", name, "scope", "col", "data-sort", kind, "class", kind);
    }

    private static void overviewLine(final Markup page, final ForestPlot forest, final RowResult row, final int index) {
        final Verdict verdict = Rows.verdict(row);
        page.open("tr").open("td", "data-value", Integer.toString(-verdict.ordinal()), "class", "state");
        HtmlRows.badge(page, verdict);
        page.close("td").open("th", "scope", "row", "class", "name").open("a", "href", "#row-" + index);
        HtmlRows.name(page, Text.end(row.row(), MAX_NAME_CHARS));
        page.close("a");
        if (row.control()) {
            page.text(" ").leaf("span", "control", "class", "tag");
        }
        page.close("th");
        final Optional<LayerResult> headline = Rows.headline(row);
        if (headline.isPresent()) {
            final LayerResult layer = headline.get();
            final Interval interval = layer.interval();
            page.open("td", "class", "strips").raw(forest.strip(layer)).close("td");
            figure(page, "Effect", Text.effect(interval.effect()), interval.effect());
            figure(page, "Interval", Text.interval(interval), interval.upper());
            figure(page, "Limit", Text.share(layer.limit()), layer.limit());
            figure(page, "Detects", Text.share(interval.smallestDetectable()), interval.smallestDetectable());
            figure(
                    page,
                    "Pairs",
                    layer.pairs().isEmpty()
                            ? "-"
                            : Rows.usedPairs(layer) + " of " + layer.pairs().size(),
                    Rows.usedPairs(layer));
        } else {
            page.open("td", "class", "strips")
                    .close("td")
                    .leaf("td", "no effect to estimate", "colspan", "5", "class", "none");
        }
        page.open("td", "class", "layers");
        row.layers().forEach(layer -> HtmlRows.chip(page, layer));
        page.close("td").close("tr").line();
    }

    private static void figure(final Markup page, final String name, final String text, final double value) {
        page.leaf("td", text, "class", "number", "data-name", name, "data-value", Double.toString(value));
    }

    private static void host(final Markup page, final GateReport report) {
        if (report.host().isEmpty()) {
            return;
        }
        page.open("section", "id", "host").leaf("h2", "The host over time").open("div", "class", "plots");
        hostPlot(page, report, "Load average", HostSample::load, Text::number);
        hostPlot(page, report, "Steal, share of the processors' time", HostSample::steal, Text::share);
        hostPlot(page, report, "Waiting for a processor, share of the fork's time", HostSample::runDelay, Text::share);
        page.close("div")
                .open("details")
                .leaf("summary", "The host as a table")
                .open("table")
                .open("thead")
                .open("tr");
        List.of("Start", "Load", "Steal", "Waiting")
                .forEach(name -> page.leaf("th", name, "scope", "col", "class", "number"));
        page.close("tr").close("thead").open("tbody").line();
        report.host().forEach(sample -> {
            page.open("tr").leaf("td", Text.duration(sample.startMs()), "class", "number");
            page.leaf("td", Text.number(sample.load()), "class", "number");
            page.leaf("td", Text.share(sample.steal()), "class", "number");
            page.leaf("td", Text.share(sample.runDelay()), "class", "number")
                    .close("tr")
                    .line();
        });
        page.close("tbody").close("table").close("details").close("section").line();
    }

    private static void hostPlot(
            final Markup page,
            final GateReport report,
            final String title,
            final ToDoubleFunction<HostSample> figure,
            final DoubleFunction<String> label) {
        final List<double[]> points = report.host().stream()
                .map(sample -> new double[] {sample.startMs(), figure.applyAsDouble(sample)})
                .toList();
        final Scale x = Scale.of(points.stream().mapToDouble(point -> point[0]));
        final double highest = points.stream()
                .mapToDouble(point -> point[1])
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        final Scale y = new Scale(0, highest > 0 ? 1.1 * highest : 1);
        final Plot plot = new Plot(x, y)
                .xTicks(x.timeTicks(), tick -> Text.duration((long) tick))
                .yTicks(y.ticks(), label)
                .line(points, "curve host")
                .dots(points, "dots host");
        RowPlots.figure(
                page,
                title,
                "At most " + label.apply(highest) + ".",
                plot.svg("plot low", title + " over time, at most " + label.apply(highest) + "."));
    }

    private static void compared(final Markup page, final GateReport report) {
        page.open("section", "id", "compared").leaf("h2", "What was compared");
        if (!report.notes().isEmpty()) {
            page.open("ul");
            report.notes().forEach(note -> page.leaf("li", note));
            page.close("ul");
        }
        page.open("table", "class", "facts").open("tbody").line();
        report.envelope().forEach((name, value) -> fact(page, name, value));
        fact(page, "command", report.command());
        fact(page, "seed", Long.toString(report.seed()));
        fact(page, "exit code", Integer.toString(report.exitCode()));
        page.close("tbody").close("table").close("section").line();
    }

    private static void fact(final Markup page, final String name, final String value) {
        page.open("tr")
                .leaf("th", name, "scope", "row")
                .leaf("td", value)
                .close("tr")
                .line();
    }
}
