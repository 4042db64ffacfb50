package io.vfiotce.tools.gate.history;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A history as CSV for Apache Otava, which finds change points in the files of other tools: a column of times, one of commits, and one
 * per figure. A cell is empty where a run has no such figure.
 */
public final class OtavaCsv {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss +0000", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private OtavaCsv() {}

    /**
     * Writes runs.
     *
     * @param runs runs of one class of machines, oldest first
     * @param metrics which figures, such as {@link HistoryRun#HEAD}
     * @return CSV as RFC 4180 describes it, with line feeds
     */
    public static String write(final List<HistoryRun> runs, final Predicate<String> metrics) {
        final Set<String> names = new LinkedHashSet<>();
        final List<Map<String, Double>> lines = new ArrayList<>();
        for (final HistoryRun run : runs) {
            final Map<String, Double> line = new TreeMap<>();
            for (final HistoryRun.Figures figures : run.rows()) {
                figures.metrics().forEach((metric, value) -> {
                    if (metrics.test(metric) && Double.isFinite(value)) {
                        line.put(name(figures, metric), value);
                    }
                });
            }
            names.addAll(line.keySet());
            lines.add(line);
        }
        final StringBuilder out = new StringBuilder("time,commit");
        names.forEach(name -> out.append(',').append(cell(name)));
        out.append('\n');
        for (int i = 0; i < runs.size(); i++) {
            final HistoryRun run = runs.get(i);
            out.append(TIME.format(Instant.ofEpochSecond(run.timeS())))
                    .append(',')
                    .append(cell(run.commit()));
            for (final String name : names) {
                final Double value = lines.get(i).get(name);
                out.append(',').append(value == null ? "" : new BigDecimal(value.toString()).toPlainString());
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String name(final HistoryRun.Figures figures, final String metric) {
        return figures.row() + " " + figures.layer().name().toLowerCase(Locale.ROOT) + " " + metric;
    }

    private static String cell(final String text) {
        final String line = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "\ufffd");
        return line.matches("[^\",]*") ? line : "\"" + line.replace("\"", "\"\"") + "\"";
    }
}
