package io.vfiotce.tools.gate.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one row of a JMH file; every complaint names the row. */
final class JmhRowReader {
    /** JMH before 1.37 marked the metrics of its own profilers so. */
    private static final String OLD_PREFIX = "·";

    private final JsonNode node;
    private String where = "a row";

    JmhRowReader(final JsonNode node) {
        this.node = node;
    }

    JmhRow read() {
        try {
            return row();
        } catch (final GateDataException e) {
            throw new GateDataException(where + ": " + e.getMessage());
        }
    }

    private JmhRow row() {
        final String benchmark = text(node, "benchmark");
        where = benchmark;
        final SortedMap<String, String> params = new TreeMap<>();
        node.path("params")
                .properties()
                .forEach(e -> params.put(e.getKey(), e.getValue().asText()));
        final RowName name = new RowName(benchmark, params);
        where = name.text();
        final JmhMode mode = JmhMode.of(text(node, "mode"));
        final JsonNode primary = member(node, "primaryMetric");
        final JmhUnit unit = JmhUnit.of(mode, text(primary, "scoreUnit"));
        final double score = positive("score", number(member(primary, "score")));
        final List<List<SampleHistogram>> histograms = histograms(primary.path("rawDataHistogram"), unit);
        final List<List<Double>> forks;
        if (mode == JmhMode.SAMPLE) {
            forks = histograms.stream()
                    .map(fork -> fork.stream().map(SampleHistogram::meanNs).toList())
                    .toList();
        } else {
            forks = times(numbers(primary.path("rawData")), unit);
        }
        final JmhSetup setup = setup();
        requireComplete(forks, setup);
        return new JmhRow(
                new RowKey(name, mode, count("threads"), unit.dimension()),
                unit.text(),
                setup,
                unit.nsPerOp(score),
                forks,
                histograms,
                secondary());
    }

    private JmhSetup setup() {
        final List<String> jvmArgs = new ArrayList<>();
        node.path("jvmArgs").forEach(arg -> jvmArgs.add(arg.asText()));
        return new JmhSetup(
                node.path("jmhVersion").asText(""),
                node.path("jdkVersion").asText(""),
                node.path("vmName").asText(""),
                node.path("vmVersion").asText(""),
                List.copyOf(jvmArgs),
                count("forks"),
                node.path("warmupIterations").asInt(0),
                count("measurementIterations"),
                node.path("measurementBatchSize").asInt(1));
    }

    /** JMH goes on when a fork dies, and says so only by what is not there. */
    private static void requireComplete(final List<List<Double>> forks, final JmhSetup setup) {
        if (forks.isEmpty()) {
            return;
        }
        final int expected = Math.max(1, setup.forks());
        if (forks.size() != expected) {
            throw new GateDataException("has the data of " + forks.size() + " forks, expected " + expected);
        }
        for (final List<Double> fork : forks) {
            if (fork.size() != setup.iterations()) {
                throw new GateDataException(
                        "a fork has " + fork.size() + " iterations, expected " + setup.iterations());
            }
        }
    }

    private static List<List<Double>> times(final List<List<Double>> scores, final JmhUnit unit) {
        return scores.stream()
                .map(fork -> fork.stream()
                        .map(score -> unit.nsPerOp(positive("an iteration", score)))
                        .toList())
                .toList();
    }

    private static List<List<SampleHistogram>> histograms(final JsonNode forks, final JmhUnit unit) {
        final List<List<SampleHistogram>> all = new ArrayList<>();
        for (final JsonNode fork : forks) {
            final List<SampleHistogram> iterations = new ArrayList<>();
            for (final JsonNode iteration : fork) {
                final SortedMap<Double, Long> counts = new TreeMap<>();
                for (final JsonNode sample : iteration) {
                    final long count = sample.path(1).asLong();
                    if (count <= 0) {
                        throw new GateDataException("a histogram has the strange entry " + sample);
                    }
                    counts.merge(unit.nsPerOp(number(sample.path(0))), count, Long::sum);
                }
                if (counts.isEmpty()) {
                    throw new GateDataException("an iteration has no samples");
                }
                iterations.add(new SampleHistogram(counts));
            }
            all.add(List.copyOf(iterations));
        }
        return List.copyOf(all);
    }

    private SortedMap<String, JmhMetric> secondary() {
        final SortedMap<String, JmhMetric> metrics = new TreeMap<>();
        node.path("secondaryMetrics").properties().forEach(entry -> {
            final JsonNode metric = entry.getValue();
            // Samples carry the dot inside: method:method·p0.50.
            final String name = entry.getKey().replace(OLD_PREFIX, "");
            final JmhMetric read = new JmhMetric(
                    number(member(metric, "score")), text(metric, "scoreUnit"), numbers(metric.path("rawData")));
            if (metrics.put(name, read) != null) {
                throw new GateDataException("has the metric " + name + " twice");
            }
        });
        return metrics;
    }

    private static List<List<Double>> numbers(final JsonNode forks) {
        final List<List<Double>> all = new ArrayList<>();
        for (final JsonNode fork : forks) {
            final List<Double> iterations = new ArrayList<>();
            fork.forEach(score -> iterations.add(number(score)));
            all.add(List.copyOf(iterations));
        }
        return List.copyOf(all);
    }

    private static double number(final JsonNode value) {
        if (value.isNumber()) {
            return value.asDouble();
        }
        return switch (value.asText()) {
            case "NaN" -> Double.NaN;
            case "+INF", "INF" -> Double.POSITIVE_INFINITY;
            case "-INF" -> Double.NEGATIVE_INFINITY;
            default -> throw new GateDataException("'" + value.asText() + "' is not a number");
        };
    }

    private static double positive(final String what, final double score) {
        if (!(score > 0) || Double.isInfinite(score)) {
            throw new GateDataException(what + " is " + score);
        }
        return score;
    }

    private int count(final String name) {
        final JsonNode value = member(node, name);
        if (!value.isInt() || value.asInt() < 0) {
            throw new GateDataException(name + " is no count");
        }
        return value.asInt();
    }

    private static String text(final JsonNode parent, final String name) {
        final JsonNode value = member(parent, name);
        if (!value.isTextual()) {
            throw new GateDataException(name + " is no text");
        }
        return value.asText();
    }

    private static JsonNode member(final JsonNode parent, final String name) {
        final JsonNode value = parent.get(name);
        if (value == null) {
            throw new GateDataException("has no " + name);
        }
        return value;
    }
}
