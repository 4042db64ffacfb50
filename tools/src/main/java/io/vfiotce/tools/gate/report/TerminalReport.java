package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A report for a terminal: one line per row, failures first, then what to do about them, and the summary. */
public final class TerminalReport {
    private static final List<String> HEADER =
            List.of("VERDICT", "ROW", "EFFECT", "INTERVAL", "LIMIT", "DETECTS", "PAIRS", "LAYERS");
    private static final int MAX_ROW_CHARS = 72;
    private static final int MAX_REASON_CHARS = 400;
    private static final int MAX_COMMAND_CHARS = 1000;
    private static final String NONE = "-";

    private TerminalReport() {}

    /**
     * Writes a report.
     *
     * @param report the report
     * @param colour whether verdicts are coloured by ANSI codes
     * @return lines; the last two are plain
     */
    public static String write(final GateReport report, final boolean colour) {
        final StringBuilder out = new StringBuilder();
        final List<RowResult> rows = Rows.gravestFirst(report);
        table(out, rows, colour);
        final Policy policy = Policy.of(report);
        rows.stream().filter(policy::blocks).forEach(row -> details(out, report, row));
        report.notes()
                .forEach(note -> out.append("note: ").append(Text.visible(note)).append('\n'));
        final Summary summary = Summary.of(report);
        return out.append(summary.verdictLine())
                .append('\n')
                .append(summary.countLine())
                .append('\n')
                .toString();
    }

    private static void table(final StringBuilder out, final List<RowResult> rows, final boolean colour) {
        final List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        rows.forEach(row -> lines.add(cells(row)));
        final int[] widths = new int[HEADER.size()];
        lines.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(line.get(i)));
            }
        });
        for (int i = 0; i < lines.size(); i++) {
            final List<String> line = lines.get(i);
            final StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                final String cell = line.get(column);
                text.append(colour && i > 0 && column == 0 ? coloured(rows.get(i - 1), cell) : cell);
                text.append(" ".repeat(widths[column] - length(cell) + 2));
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
    }

    private static int length(final String text) {
        return text.codePointCount(0, text.length());
    }

    private static List<String> cells(final RowResult row) {
        final Verdict verdict = Rows.verdict(row);
        final Optional<LayerResult> headline = Rows.headline(row);
        final List<String> cells = new ArrayList<>();
        cells.add(Text.glyph(verdict) + " " + verdict);
        cells.add(Text.end(row.row(), MAX_ROW_CHARS) + (row.control() ? " (control)" : ""));
        if (headline.isPresent()) {
            final LayerResult layer = headline.get();
            cells.add(Text.effect(layer.interval().effect()));
            cells.add(Text.interval(layer.interval()));
            cells.add(Text.share(layer.limit()));
            cells.add(Text.share(layer.interval().smallestDetectable()));
            cells.add(Rows.pairs(layer));
        } else {
            cells.addAll(List.of(NONE, NONE, NONE, NONE, NONE));
        }
        cells.add(row.layers().stream()
                .map(layer -> Text.name(layer.layer()) + " " + layer.verdict())
                .collect(Collectors.joining(", ")));
        return cells;
    }

    private static String coloured(final RowResult row, final String cell) {
        final int code = switch (Rows.verdict(row)) {
            case PASS, IMPROVED -> 32;
            case NEW -> 36;
            case WARN, INCONCLUSIVE -> 33;
            case FAIL, INVALID, MISSING -> 31;
        };
        return "\u001b[" + code + "m" + cell + "\u001b[0m";
    }

    private static void details(final StringBuilder out, final GateReport report, final RowResult row) {
        out.append('\n').append(Text.end(row.row(), 2 * MAX_ROW_CHARS)).append('\n');
        final Policy policy = Policy.of(report);
        Rows.layersGravestFirst(row).stream()
                .filter(layer -> policy.blocks(layer.verdict()))
                .forEach(layer -> {
                    out.append("  ")
                            .append(Text.name(layer.layer()))
                            .append(' ')
                            .append(layer.verdict())
                            .append(": ");
                    out.append(Text.start(layer.reason(), MAX_REASON_CHARS)).append('\n');
                    NextStep.advice(layer)
                            .ifPresent(advice -> out.append("  ").append(advice).append('\n'));
                });
        final String command = NextStep.command(report, row);
        if (command.length() <= MAX_COMMAND_CHARS) {
            out.append("  again: ").append(Text.visible(command)).append('\n');
        }
        out.append('\n');
    }
}
