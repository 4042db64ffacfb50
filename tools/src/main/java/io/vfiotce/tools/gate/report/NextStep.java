package io.vfiotce.tools.gate.report;

import java.util.Locale;
import java.util.Optional;

/** What a reader who wants to know more about a row does next. */
final class NextStep {
    private static final String SPECIAL = "\\^$.|?*+()[]{}";
    private static final int MAX_PAIRS = 10_000;

    private NextStep() {}

    /** The command line that measures one row again; without one in the envelope only the row's pattern. */
    static String command(final GateReport report, final RowResult row) {
        return report.envelope().getOrDefault(EnvelopeKeys.REPRODUCE, "tce gate " + report.command()) + " --include '^"
                + pattern(row.row()) + "$'";
    }

    /**
     * A regular expression for exactly this text. Everything but plain ASCII is written by its code, and so is the quote:
     * between single quotes it means the same to every shell.
     */
    static String pattern(final String text) {
        final StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c < ' ' || c > '~' || c == '\'') {
                out.append(String.format(Locale.ROOT, "\\x{%x}", c));
            } else {
                out.append(SPECIAL.indexOf(c) < 0 ? "" : "\\").append((char) c);
            }
        });
        return out.toString();
    }

    /** Advice on one layer of a row, one sentence; empty where there is nothing to do. */
    static Optional<String> advice(final LayerResult layer) {
        return switch (layer.verdict()) {
            case PASS, NEW -> Optional.empty();
            case IMPROVED -> Optional.of("Nothing to repair; promote the run if it is to be the new comparison point.");
            case WARN ->
                Optional.of("Measure the row again with more pairs; a second objection would be worth a look.");
            case INCONCLUSIVE -> Optional.of(morePairs(layer));
            case FAIL ->
                Optional.of("Measure the row again to see it for yourself, then compare profiles of both jars.");
            case INVALID ->
                Optional.of(
                        "tce gate doctor shows what the host does. Allocation, code shape and instructions hold on a busy host too.");
            case MISSING -> Optional.of(missing(layer));
        };
    }

    private static String missing(final LayerResult layer) {
        if (layer.layer() == Layer.COMPLETENESS) {
            return "List the rows of both jars with -l; a row that is gone on purpose needs a waiver.";
        }
        return layer.pairs().isEmpty()
                ? "See why its forks gave nothing, then run again."
                : "Run again with a larger --budget; with --out of the same run, what is measured is not measured again.";
    }

    /** The standard error falls with the square root of the pairs, so their number grows with the ratio's square. */
    private static String morePairs(final LayerResult layer) {
        final long used = Rows.usedPairs(layer);
        if (used == 0 || layer.interval() == null || !(layer.limit() > 0)) {
            return "Measure the row again with more pairs.";
        }
        final double ratio = layer.interval().smallestDetectable() / layer.limit();
        final double needed = Math.ceil(used * ratio * ratio);
        if (!(needed > used)) {
            return "Measure the row again; the pairs would have been enough for the limit.";
        }
        return needed > MAX_PAIRS
                ? "No number of pairs helps here: measure on a calmer host, or raise the row's limit."
                : "About " + (long) needed + " pairs would show a slowdown of the limit's size: --pairs "
                        + (long) needed + ".";
    }
}
