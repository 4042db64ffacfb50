package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A report as workflow commands of GitHub: an error per layer that blocks, a warning per layer that is not shown to be sound,
 * and a notice with the summary. The step summary is {@link MarkdownReport}.
 */
public final class GithubReport {
    // GitHub shows no more of each kind per step, and drops the rest in silence.
    private static final int MAX_ANNOTATIONS = 10;
    private static final int MAX_ROW_CHARS = 200;
    private static final int MAX_REASON_CHARS = 600;

    private GithubReport() {}

    /**
     * Writes a report.
     *
     * @param report the report
     * @return one workflow command per line
     */
    public static String write(final GateReport report) {
        final Policy policy = Policy.of(report);
        final List<String> errors = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        for (final RowResult row : Rows.gravestFirst(report)) {
            if (row.layers().isEmpty()) {
                errors.add(
                        command("error", "MISSING", Text.end(row.row(), MAX_ROW_CHARS) + ": no layer says anything"));
            }
            for (final LayerResult layer : Rows.layersGravestFirst(row)) {
                if (policy.blocks(layer.verdict())) {
                    errors.add(annotation("error", row, layer));
                } else if (layer.verdict() == Verdict.WARN || policy.skips(layer.verdict())) {
                    warnings.add(annotation("warning", row, layer));
                }
            }
        }
        final StringBuilder out = new StringBuilder();
        append(out, "error", errors);
        append(out, "warning", warnings);
        return out.append(command("notice", "tce gate", Summary.of(report).verdictLine()))
                .toString();
    }

    private static void append(final StringBuilder out, final String kind, final List<String> annotations) {
        final boolean fit = annotations.size() <= MAX_ANNOTATIONS;
        annotations.stream().limit(fit ? MAX_ANNOTATIONS : MAX_ANNOTATIONS - 1).forEach(out::append);
        if (!fit) {
            final int more = annotations.size() - MAX_ANNOTATIONS + 1;
            out.append(command(kind, "tce gate", more + " more are in the step summary"));
        }
    }

    private static String annotation(final String kind, final RowResult row, final LayerResult layer) {
        final Interval interval = layer.interval();
        final String effect = interval == null
                ? ""
                : " Effect " + Text.effect(interval.effect()) + " " + Text.interval(interval) + ", limit "
                        + Text.share(layer.limit()) + ".";
        return command(
                kind,
                "tce gate: " + layer.verdict() + ", " + Text.name(layer.layer()),
                Text.end(row.row(), MAX_ROW_CHARS) + ": " + Text.start(layer.reason(), MAX_REASON_CHARS) + effect);
    }

    private static String command(final String kind, final String title, final String message) {
        return "::" + kind + " title=" + data(title).replace(":", "%3A").replace(",", "%2C") + "::" + data(message)
                + "\n";
    }

    /** Escapes as the runner unescapes: what is left can end neither the line nor the command. */
    private static String data(final String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }
}
