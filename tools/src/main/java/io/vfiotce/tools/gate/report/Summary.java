package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run in two lines.
 *
 * @param verdictLine verdict, rows, layers and duration: {@code tce gate: FAIL 2 of 31 rows (1 time, 1 allocation) in 11m40s}
 * @param countLine for programs that count tests: {@code 29 passed, 2 failed}; what was neither is {@code skipped}
 */
record Summary(String verdictLine, String countLine) {
    static Summary of(final GateReport report) {
        final Policy policy = Policy.of(report);
        int blocked = 0;
        int skipped = 0;
        for (final RowResult row : report.rows()) {
            final Verdict verdict = Rows.verdict(row);
            if (policy.blocks(row)) {
                blocked++;
            } else if (policy.skips(verdict)) {
                skipped++;
            }
        }
        final int rows = report.rows().size();
        final String subject = blocked == 0 ? rows(rows) : blocked + " of " + rows(rows);
        final List<String> details = blocked == 0 ? remarks(report) : layers(report, policy);
        return new Summary(
                "tce gate: " + report.verdict() + " " + subject
                        + (details.isEmpty() ? "" : " (" + String.join(", ", details) + ")") + elapsed(report),
                (rows - blocked - skipped) + " passed, " + blocked + " failed"
                        + (skipped == 0 ? "" : ", " + skipped + " skipped"));
    }

    private static String rows(final int count) {
        return count == 1 ? "1 row" : count + " rows";
    }

    /** How many rows each layer blocks. The gravest first; a verdict is named where it is not the run's. */
    private static List<String> layers(final GateReport report, final Policy policy) {
        final Map<Layer, Map<Verdict, Integer>> counts = new EnumMap<>(Layer.class);
        for (final RowResult row : report.rows()) {
            for (final LayerResult layer : row.layers()) {
                if (policy.blocks(layer.verdict())) {
                    counts.computeIfAbsent(layer.layer(), key -> new TreeMap<>(Comparator.reverseOrder()))
                            .merge(layer.verdict(), 1, Integer::sum);
                }
            }
        }
        final List<String> texts = new ArrayList<>();
        // The clock first: it is what most readers look for.
        final List<Layer> order = new ArrayList<>(counts.keySet());
        if (order.remove(Layer.TIME)) {
            order.add(0, Layer.TIME);
        }
        for (final Layer layer : order) {
            counts.get(layer)
                    .forEach((verdict, count) -> texts.add(
                            count + " " + Text.name(layer) + (verdict == report.verdict() ? "" : " " + verdict)));
        }
        return texts;
    }

    /** What a run that does not block is not silent about. */
    private static List<String> remarks(final GateReport report) {
        final List<String> texts = new ArrayList<>();
        for (final Verdict verdict : Verdict.values()) {
            final long count = report.rows().stream()
                    .filter(row -> Rows.verdict(row) == verdict)
                    .count();
            if (verdict != Verdict.PASS && count > 0) {
                texts.add(count + " " + verdict.name().toLowerCase(Locale.ROOT));
            }
        }
        return texts;
    }

    private static String elapsed(final GateReport report) {
        final String elapsedMs = report.envelope().getOrDefault(EnvelopeKeys.ELAPSED_MS, "");
        return elapsedMs.matches("\\d{1,15}") ? " in " + Text.duration(Long.parseLong(elapsedMs)) : "";
    }
}
