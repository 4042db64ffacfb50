package io.vfiotce.tools.gate.report;

import io.vfiotce.tools.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Everything that a report knows about one row, as text. */
public final class ExplainText {
    private static final int MAX_NAMES = 5;
    private static final int MAX_NAME_CHARS = 120;
    private static final String PAIR_COLUMNS = "    %5s %4s %-10s %8s %12s %12s %9s  %s";

    private ExplainText() {}

    /**
     * Explains a row.
     *
     * @param report the report
     * @param name the row's key, or a part of it that only one row has
     * @return lines
     * @throws BadInputException if no row or more than one has this name
     */
    public static String write(final GateReport report, final String name) {
        final RowResult row = find(report, name);
        final StringBuilder out = new StringBuilder();
        line(out, "row", Text.visible(row.row()) + (row.control() ? " (control: the same bytes in both jars)" : ""));
        line(out, "unit", Text.visible(row.unit()));
        line(out, "verdict", Text.glyph(Rows.verdict(row)) + " " + Rows.verdict(row));
        for (final LayerResult layer : Rows.layersGravestFirst(row)) {
            layer(out, layer);
        }
        host(out, report, row);
        out.append("\nnext\n");
        Rows.layersGravestFirst(row).stream()
                .flatMap(layer -> NextStep.advice(layer).stream()
                        .map(advice -> "  " + Text.name(layer.layer()) + ": " + advice + "\n"))
                .forEach(out::append);
        return out.append("  again: ")
                .append(Text.visible(NextStep.command(report, row)))
                .append('\n')
                .toString();
    }

    private static RowResult find(final GateReport report, final String name) {
        for (final RowResult row : report.rows()) {
            if (row.row().equals(name)) {
                return row;
            }
        }
        final List<RowResult> found =
                report.rows().stream().filter(row -> row.row().contains(name)).toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        final List<RowResult> candidates = found.isEmpty() ? report.rows() : found;
        final List<String> names = new ArrayList<>(candidates.stream()
                .limit(MAX_NAMES)
                .map(row -> Text.end(row.row(), MAX_NAME_CHARS))
                .toList());
        if (candidates.size() > MAX_NAMES) {
            names.add((candidates.size() - MAX_NAMES) + " more");
        }
        throw new BadInputException((found.isEmpty() ? "no row is called '" : found.size() + " rows are called '")
                + Text.start(name, MAX_NAME_CHARS) + "'; there is " + String.join(", ", names));
    }

    private static void line(final StringBuilder out, final String name, final String value) {
        out.append(String.format(Locale.ROOT, "%-22s ", name)).append(value).append('\n');
    }

    private static void layer(final StringBuilder out, final LayerResult layer) {
        out.append('\n')
                .append(Text.name(layer.layer()))
                .append(": ")
                .append(layer.verdict())
                .append('\n');
        out.append("  ").append(Text.visible(layer.reason())).append('\n');
        final Interval interval = layer.interval();
        if (interval != null) {
            line(out, "  effect", Text.effect(interval.effect()));
            line(out, "  interval", Text.interval(interval) + " at " + Text.share(interval.level()));
            line(out, "  smallest detectable", Text.share(interval.smallestDetectable()));
        }
        // In layers that estimate no effect the limit is a contract's bound, in the contract's unit.
        line(out, "  limit", interval == null ? Text.number(layer.limit()) : Text.share(layer.limit()));
        layer.figures().forEach((name, value) -> line(out, "  " + Text.visible(name), Text.number(value)));
        if (!layer.pairs().isEmpty()) {
            line(out, "  pairs", Rows.usedPairs(layer) + " used, " + Rows.droppedPairs(layer) + " dropped");
            out.append(columns("stage", "pair", "order", "start", "base", "head", "effect", "not used because"));
            layer.pairs().forEach(pair -> out.append(pair(pair)));
        }
    }

    private static String pair(final Pair pair) {
        return columns(
                pair.stage(),
                pair.number(),
                pair.headFirst() ? "head, base" : "base, head",
                Text.duration(pair.startMs()),
                Text.number(pair.base().value()),
                Text.number(pair.head().value()),
                Text.effect(Rows.effect(pair)),
                Text.visible(pair.contaminated()));
    }

    private static String columns(final Object... cells) {
        return String.format(Locale.ROOT, PAIR_COLUMNS, cells).stripTrailing() + "\n";
    }

    /** The host from the row's first pair on, until its last one began. */
    private static void host(final StringBuilder out, final GateReport report, final RowResult row) {
        final List<Long> starts = row.layers().stream()
                .flatMap(layer -> layer.pairs().stream())
                .map(Pair::startMs)
                .sorted()
                .toList();
        if (starts.isEmpty()) {
            return;
        }
        final List<HostSample> samples = report.host().stream()
                .filter(sample ->
                        sample.startMs() >= starts.get(0) && sample.startMs() <= starts.get(starts.size() - 1))
                .toList();
        if (samples.isEmpty()) {
            return;
        }
        out.append("\nhost while the row was measured, ").append(samples.size()).append(" forks\n");
        line(
                out,
                "  load, at most",
                Text.number(max(samples, Comparator.comparing(HostSample::load)).load()));
        line(
                out,
                "  steal, at most",
                Text.share(max(samples, Comparator.comparing(HostSample::steal)).steal()));
        line(
                out,
                "  run delay, at most",
                Text.share(
                        max(samples, Comparator.comparing(HostSample::runDelay)).runDelay()));
    }

    private static HostSample max(final List<HostSample> samples, final Comparator<HostSample> order) {
        return samples.stream().max(order).orElseThrow();
    }
}
