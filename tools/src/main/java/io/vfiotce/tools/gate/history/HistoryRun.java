package io.vfiotce.tools.gate.history;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.statistics.descriptive.Median;

/**
 * One run of the gate, as the history keeps it. A later run of the same commit and host class takes the place of an earlier one.
 *
 * @param commit the head's commit
 * @param hostClass machines whose figures can be compared with each other
 * @param timeS when it was run, in seconds since 1970
 * @param command the command that made it
 * @param verdict the run's verdict
 * @param rows its figures
 */
public record HistoryRun(
        String commit, String hostClass, long timeS, String command, Verdict verdict, List<Figures> rows) {
    /** Middle figure of the base's forks, in the row's unit. */
    public static final String BASE = "base";

    /** Middle figure of the head's forks, in the row's unit. */
    public static final String HEAD = "head";

    /** Effect of head against base, as a ratio minus one. */
    public static final String EFFECT = "effect";

    /**
     * The figures of one layer of one row.
     *
     * @param row the row's key
     * @param unit the row's unit
     * @param layer the layer
     * @param verdict the layer's verdict
     * @param metrics figures by name
     */
    public record Figures(String row, String unit, Layer layer, Verdict verdict, Map<String, Double> metrics) {}

    /**
     * {@return what the history keeps of a report}
     *
     * @param report the report
     * @param commit the head's commit
     * @param hostClass the class of the machine
     * @param timeS when it was run, in seconds since 1970
     */
    public static HistoryRun of(
            final GateReport report, final String commit, final String hostClass, final long timeS) {
        final List<Figures> rows = new ArrayList<>();
        for (final RowResult row : report.rows()) {
            for (final LayerResult layer : row.layers()) {
                rows.add(new Figures(row.row(), row.unit(), layer.layer(), layer.verdict(), metrics(layer)));
            }
        }
        return new HistoryRun(commit, hostClass, timeS, report.command(), report.verdict(), rows);
    }

    private static Map<String, Double> metrics(final LayerResult layer) {
        final Map<String, Double> metrics = new LinkedHashMap<>();
        final List<Pair> used = layer.pairs().stream()
                .filter(pair -> pair.contaminated().isEmpty())
                .toList();
        if (!used.isEmpty()) {
            metrics.put(BASE, median(used, Pair::base));
            metrics.put(HEAD, median(used, Pair::head));
        }
        if (layer.interval() != null) {
            metrics.put(EFFECT, layer.interval().effect());
        }
        layer.figures().forEach(metrics::putIfAbsent);
        return metrics;
    }

    private static double median(final List<Pair> pairs, final Function<Pair, Iterations> arm) {
        return Median.withDefaults()
                .evaluate(pairs.stream()
                        .mapToDouble(pair -> arm.apply(pair).value())
                        .toArray());
    }
}
