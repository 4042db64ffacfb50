package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A report as Markdown, for a comment that is replaced at every push: failures first, each with the command that measures it
 * again, then the full table, folded. Never longer than {@link #MAX_CHARS}; what is left out is counted.
 */
public final class MarkdownReport {
    /** No Markdown is longer. GitHub refuses comments of more than 65,536 characters. */
    public static final int MAX_CHARS = 60_000;

    /** The first line: by it a workflow finds the comment that it replaces. */
    public static final String MARKER = "<!-- tce-gate -->";

    // For what stands between the parts and for the counts of what was left out.
    private static final int RESERVE_CHARS = 2_000;
    private static final int MAX_FAILURES_CHARS = 30_000;
    private static final int MAX_TABLE_CHARS = 54_000;
    private static final int MAX_ROW_CHARS = 160;
    private static final int MAX_REASON_CHARS = 400;
    private static final int MAX_COMMAND_CHARS = 1_500;
    private static final int MAX_VALUE_CHARS = 200;

    private MarkdownReport() {}

    /**
     * Writes a report.
     *
     * @param report the report
     * @return Markdown as GitHub and GitLab read it
     */
    public static String write(final GateReport report) {
        final Summary summary = Summary.of(report);
        final StringBuilder out = new StringBuilder(MARKER).append("\n### ");
        out.append(Text.glyph(report.verdict())).append(' ').append(MarkdownText.prose(summary.verdictLine()));
        out.append("\n\n").append(summary.countLine()).append('\n');
        failures(out, report);
        table(out, report);
        compared(out, report);
        return out.toString();
    }

    private static void failures(final StringBuilder out, final GateReport report) {
        final Policy policy = Policy.of(report);
        final List<String> parts = new ArrayList<>();
        for (final RowResult row : Rows.gravestFirst(report)) {
            if (policy.blocks(row)) {
                parts.add(failure(report, policy, row));
            }
        }
        fill(out, parts, MAX_FAILURES_CHARS, "\n%d more rows that block are in the table or in the JSON report.\n");
    }

    private static String failure(final GateReport report, final Policy policy, final RowResult row) {
        final Verdict verdict = Rows.verdict(row);
        final StringBuilder out = new StringBuilder("\n#### ");
        out.append(Text.glyph(verdict)).append(' ').append(verdict).append(' ');
        out.append(MarkdownText.code(Text.end(row.row(), MAX_ROW_CHARS))).append("\n\n");
        for (final LayerResult layer : Rows.layersGravestFirst(row)) {
            if (policy.blocks(layer.verdict())) {
                out.append("- **")
                        .append(Text.name(layer.layer()))
                        .append(' ')
                        .append(layer.verdict())
                        .append("** ");
                out.append(MarkdownText.prose(Text.start(layer.reason(), MAX_REASON_CHARS)));
                if (layer.interval() != null) {
                    out.append(" Effect **")
                            .append(Text.effect(layer.interval().effect()))
                            .append("** ");
                    out.append(MarkdownText.prose(Text.interval(layer.interval())));
                    out.append(", limit ").append(Text.share(layer.limit())).append('.');
                }
                out.append('\n');
            }
        }
        final String command = Text.visible(NextStep.command(report, row));
        if (command.length() <= MAX_COMMAND_CHARS) {
            out.append('\n').append(MarkdownText.block(command));
        }
        return out.toString();
    }

    private static void table(final StringBuilder out, final GateReport report) {
        out.append("\n<details><summary>All ").append(report.rows().size()).append(" rows</summary>\n\n");
        out.append("| | Row | Effect | Interval | Limit | Detects | Pairs | Layers |\n");
        out.append("|---|---|--:|---|--:|--:|--:|---|\n");
        final List<String> lines =
                Rows.gravestFirst(report).stream().map(MarkdownReport::line).toList();
        fill(out, lines, MAX_TABLE_CHARS, "\n%d more rows are in the JSON report.\n");
        out.append("\n</details>\n");
    }

    private static String line(final RowResult row) {
        final Verdict verdict = Rows.verdict(row);
        final StringBuilder out = new StringBuilder("| ");
        out.append(Text.glyph(verdict)).append(' ').append(verdict).append(" | ");
        out.append(MarkdownText.code(Text.end(row.row(), MAX_ROW_CHARS)))
                .append(row.control() ? " (control) | " : " | ");
        final Optional<LayerResult> headline = Rows.headline(row);
        if (headline.isPresent()) {
            final LayerResult layer = headline.get();
            out.append(Text.effect(layer.interval().effect())).append(" | ");
            out.append(MarkdownText.prose(Text.interval(layer.interval()))).append(" | ");
            out.append(Text.share(layer.limit())).append(" | ");
            out.append(Text.share(layer.interval().smallestDetectable())).append(" | ");
            out.append(Rows.usedPairs(layer))
                    .append(" of ")
                    .append(layer.pairs().size())
                    .append(" | ");
        } else {
            out.append("| | | | | ");
        }
        for (int i = 0; i < row.layers().size(); i++) {
            final LayerResult layer = row.layers().get(i);
            out.append(i == 0 ? "" : ", ")
                    .append(Text.name(layer.layer()))
                    .append(' ')
                    .append(layer.verdict());
        }
        return out.append(" |\n").toString();
    }

    private static void compared(final StringBuilder out, final GateReport report) {
        out.append("\n<details><summary>What was compared</summary>\n\n");
        final List<String> lines = new ArrayList<>();
        report.notes().forEach(note -> lines.add("- " + prose(note) + "\n"));
        for (final Map.Entry<String, String> entry : report.envelope().entrySet()) {
            lines.add("- " + prose(entry.getKey()) + ": "
                    + MarkdownText.code(Text.start(entry.getValue(), MAX_VALUE_CHARS)) + "\n");
        }
        lines.add("- seed: " + report.seed() + "\n");
        fill(out, lines, MAX_CHARS - RESERVE_CHARS, "- %d more lines are in the JSON report.\n");
        out.append("\n</details>\n");
    }

    private static String prose(final String text) {
        return MarkdownText.prose(Text.start(text, MAX_VALUE_CHARS));
    }

    /** Appends the parts that keep the whole below a length, and says how many it left out. */
    private static void fill(
            final StringBuilder out, final List<String> parts, final int maxChars, final String leftOut) {
        int i = 0;
        while (i < parts.size() && out.length() + parts.get(i).length() <= maxChars) {
            out.append(parts.get(i));
            i++;
        }
        if (i < parts.size()) {
            out.append(String.format(Locale.ROOT, leftOut, parts.size() - i));
        }
    }
}
