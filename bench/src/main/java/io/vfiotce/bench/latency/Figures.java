package io.vfiotce.bench.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The figures of one row, by metric and fork, and their file: JSON of the same shape as JMH's. A metric's score is the median
 * of the forks.
 */
final class Figures {
    static final String P50 = "p50";
    static final String P9999 = "p99.99";

    private static final Map<String, Double> PERCENTILES = new LinkedHashMap<>();

    static {
        PERCENTILES.put(P50, 50.0);
        PERCENTILES.put("p90", 90.0);
        PERCENTILES.put("p99", 99.0);
        PERCENTILES.put("p99.9", 99.9);
        PERCENTILES.put(P9999, 99.99);
        PERCENTILES.put("max", 100.0);
    }

    private record Metric(String unit, List<Double> forks) {}

    private final String benchmark;
    private final Map<String, String> parameters;
    private final String primary;
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    /**
     * Begins a row.
     *
     * @param benchmark its name
     * @param parameters its parameters
     * @param primary name of its primary metric
     */
    Figures(final String benchmark, final Map<String, String> parameters, final String primary) {
        this.benchmark = benchmark;
        this.parameters = new TreeMap<>(parameters);
        this.primary = primary;
    }

    /** Adds a figure of the next fork. */
    void add(final String metric, final String unit, final double value) {
        metrics.computeIfAbsent(metric, name -> new Metric(unit, new ArrayList<>()))
                .forks()
                .add(value);
    }

    /** Adds the percentiles of the next fork. */
    void add(final String prefix, final Histogram latencies) {
        PERCENTILES.forEach(
                (name, percentile) -> add(prefix + name, "ns/op", latencies.getValueAtPercentile(percentile)));
    }

    /** {@return the figures of a metric, one for each fork} */
    List<Double> forks(final String metric) {
        return metrics.get(metric).forks();
    }

    /** {@return the median of the forks} */
    double median(final String metric) {
        final double[] sorted =
                forks(metric).stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** {@return the percentiles, as a line} */
    String percentiles() {
        return PERCENTILES.keySet().stream()
                .map(name -> String.format(Locale.ROOT, "%s %,.0f", name, median(name)))
                .collect(Collectors.joining(", ", "", " ns"));
    }

    /**
     * Writes rows.
     *
     * @param json the file
     * @param rows the rows
     * @throws IOException if it cannot be written
     */
    static void write(final Path json, final List<Figures> rows) throws IOException {
        Files.writeString(json, rows.stream().map(Figures::toJson).collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    }

    private String toJson() {
        return "  {\"jmhVersion\": \"none\", \"benchmark\": %s, \"mode\": \"sample\", \"threads\": 1, \"forks\": %d,\n"
                        .formatted(quoted(benchmark), forks(primary).size())
                + "   \"jdkVersion\": %s,\n   \"params\": %s,\n   \"primaryMetric\": %s,\n   \"secondaryMetrics\": %s}"
                        .formatted(
                                quoted(System.getProperty("java.version")),
                                object(parameters, Figures::quoted),
                                toJson(primary),
                                object(secondary(), this::toJson));
    }

    private Map<String, String> secondary() {
        final Map<String, String> names = new LinkedHashMap<>();
        metrics.keySet().stream().filter(name -> !name.equals(primary)).forEach(name -> names.put(name, name));
        return names;
    }

    private String toJson(final String metric) {
        final Metric shown = metrics.get(metric);
        final String raw =
                shown.forks().stream().map(value -> "[" + value + "]").collect(Collectors.joining(", "));
        return "{\"score\": %s, \"scoreUnit\": %s, \"rawData\": [%s]}"
                .formatted(median(metric), quoted(shown.unit()), raw);
    }

    private static String object(final Map<String, String> members, final UnaryOperator<String> toJson) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ": " + toJson.apply(member.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Names of ours have nothing in them that would have to be escaped. */
    private static String quoted(final String text) {
        return '"' + text + '"';
    }
}
