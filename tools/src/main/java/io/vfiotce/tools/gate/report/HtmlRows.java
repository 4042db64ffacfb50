package io.vfiotce.tools.gate.report;

import java.util.List;

/** What the page says about single rows. */
final class HtmlRows {
    private static final int MAX_COMMAND_CHARS = 2_000;

    private HtmlRows() {}

    /** The rows that block, with the reason and the command that measures them again. */
    static void blocking(final Markup page, final GateReport report, final List<RowResult> rows) {
        final Policy policy = Policy.of(report);
        final List<RowResult> blocked = rows.stream().filter(policy::blocks).toList();
        if (blocked.isEmpty()) {
            return;
        }
        page.open("section", "id", "blocking")
                .leaf("h2", "What blocks")
                .open("div", "class", "cards")
                .line();
        for (final RowResult row : blocked) {
            page.open("article", "class", "card " + Rows.verdict(row)).open("h3");
            badge(page, Rows.verdict(row));
            page.text(" ");
            name(page, Text.end(row.row(), MAX_COMMAND_CHARS));
            page.close("h3");
            for (final LayerResult layer : Rows.layersGravestFirst(row)) {
                if (policy.blocks(layer.verdict())) {
                    page.open("p").leaf("strong", Text.name(layer.layer())).text(" " + effect(layer) + layer.reason());
                    NextStep.advice(layer).ifPresent(advice -> page.text(" ").leaf("em", advice));
                    page.close("p");
                }
            }
            command(page, report, row);
            page.close("article").line();
        }
        page.close("div").close("section").line();
    }

    private static String effect(final LayerResult layer) {
        return layer.interval() == null
                ? ""
                : Text.effect(layer.interval().effect()) + " " + Text.interval(layer.interval()) + ", limit "
                        + Text.share(layer.limit()) + ". ";
    }

    private static void command(final Markup page, final GateReport report, final RowResult row) {
        final String command = NextStep.command(report, row);
        if (command.length() <= MAX_COMMAND_CHARS) {
            page.open("pre", "tabindex", "0").leaf("code", command).close("pre");
        }
    }

    /** One row with everything that is known of it, folded. */
    static void row(final Markup page, final GateReport report, final RowResult row, final int index) {
        final Verdict verdict = Rows.verdict(row);
        page.open("details", "id", "row-" + index, "class", "row").open("summary");
        badge(page, verdict);
        page.text(" ");
        name(page, row.row());
        page.close("summary").line();
        layers(page, row);
        for (final LayerResult layer : row.layers()) {
            page.open("div", "class", "plots");
            if (!layer.pairs().isEmpty()) {
                RowPlots.pairs(page, layer);
                RowPlots.iterations(page, row, layer);
            }
            RowPlots.percentiles(page, row, layer);
            page.close("div");
            if (!layer.figures().isEmpty()) {
                figures(page, layer);
            }
            if (!layer.pairs().isEmpty()) {
                pairs(page, row, layer);
            }
        }
        command(page, report, row);
        page.close("details").line();
    }

    private static void layers(final Markup page, final RowResult row) {
        page.open("table", "class", "stack").open("thead").open("tr");
        List.of("Layer", "Verdict", "Effect", "Interval", "Limit", "Why")
                .forEach(name -> page.leaf("th", name, "scope", "col"));
        page.close("tr").close("thead").open("tbody").line();
        for (final LayerResult layer : Rows.layersGravestFirst(row)) {
            final Interval interval = layer.interval();
            page.open("tr").leaf("th", Text.name(layer.layer()), "scope", "row").open("td");
            badge(page, layer.verdict());
            page.close("td");
            named(page, "Effect", interval == null ? "" : Text.effect(interval.effect()));
            named(
                    page,
                    "Interval",
                    interval == null ? "" : Text.interval(interval) + " at " + Text.share(interval.level()));
            // In layers that estimate no effect the limit is a contract's bound, in the contract's unit.
            named(page, "Limit", interval == null ? Text.number(layer.limit()) : Text.share(layer.limit()));
            page.leaf("td", layer.reason(), "class", "why").close("tr").line();
        }
        page.close("tbody").close("table");
    }

    /** A cell that tells its column's name where the table is too narrow for columns. */
    private static void named(final Markup page, final String name, final String text) {
        page.leaf("td", text, "data-name", name);
    }

    private static void figures(final Markup page, final LayerResult layer) {
        page.open("details").leaf("summary", "Figures: " + Text.name(layer.layer()));
        page.open("table", "class", "facts").open("tbody").line();
        layer.figures()
                .forEach((name, value) -> page.open("tr")
                        .leaf("th", name, "scope", "row")
                        .leaf("td", Text.number(value))
                        .close("tr")
                        .line());
        page.close("tbody").close("table").close("details").line();
    }

    private static void pairs(final Markup page, final RowResult row, final LayerResult layer) {
        page.open("details").leaf("summary", "Pairs as a table: " + Rows.pairs(layer));
        page.open("table", "class", "sortable").open("thead").open("tr");
        for (final String name :
                List.of("Stage", "Pair", "First", "Start", "Base, " + row.unit(), "Head, " + row.unit(), "Effect")) {
            page.leaf("th", name, "scope", "col", "class", "number", "data-sort", "number");
        }
        page.leaf("th", "Not used because", "scope", "col", "data-sort", "text")
                .close("tr")
                .close("thead");
        page.open("tbody").line();
        for (final Pair pair : layer.pairs()) {
            page.open("tr");
            cell(page, Integer.toString(pair.stage()), pair.stage());
            cell(page, Integer.toString(pair.number()), pair.number());
            cell(page, pair.headFirst() ? "head" : "base", pair.headFirst() ? 1 : 0);
            cell(page, Text.duration(pair.startMs()), pair.startMs());
            cell(page, Text.number(pair.base().value()), pair.base().value());
            cell(page, Text.number(pair.head().value()), pair.head().value());
            cell(page, Text.effect(Rows.effect(pair)), Rows.effect(pair));
            page.leaf("td", pair.contaminated(), "class", "why").close("tr").line();
        }
        page.close("tbody").close("table").close("details").line();
    }

    private static void cell(final Markup page, final String text, final double value) {
        page.leaf("td", text, "class", "number", "data-value", Double.toString(value));
    }

    /** A verdict as a sign and a word. */
    static void badge(final Markup page, final Verdict verdict) {
        page.open("span", "class", "badge " + verdict).leaf("span", Text.glyph(verdict), "aria-hidden", "true");
        page.text(" " + verdict).close("span");
    }

    /** A layer with its verdict, short. */
    static void chip(final Markup page, final LayerResult layer) {
        page.open(
                "span",
                "class",
                "chip " + layer.verdict(),
                "title",
                layer.verdict() + ": " + Text.start(layer.reason(), 300));
        page.leaf("span", Text.glyph(layer.verdict()), "aria-hidden", "true").text(" " + Text.name(layer.layer()));
        page.leaf("span", " " + layer.verdict(), "class", "unseen")
                .close("span")
                .text(" ");
    }

    /** A row's key, in which the class and the method stand out from the package. Lines break at dots rather than within words. */
    static void name(final Markup page, final String key) {
        final int end = key.indexOf(' ') < 0 ? key.length() : key.indexOf(' ');
        final int method = key.lastIndexOf('.', end - 1);
        final int type = method < 0 ? -1 : key.lastIndexOf('.', method - 1);
        if (type > 0) {
            page.open("span", "class", "package");
            breakable(page, key.substring(0, type + 1));
            page.close("span");
        }
        breakable(page, key.substring(type > 0 ? type + 1 : 0));
    }

    private static void breakable(final Markup page, final String text) {
        int start = 0;
        for (int dot = text.indexOf('.'); dot > 0; dot = text.indexOf('.', start + 1)) {
            page.text(text.substring(start, dot)).raw("<wbr>");
            start = dot;
        }
        page.text(text.substring(start));
    }
}
