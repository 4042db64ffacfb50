package io.vfiotce.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Results as JMH 1.37 writes them. */
final class JmhResults {
    /** Forks of every row. */
    static final int FORKS = 12;

    private static final int ITERATIONS = 3;

    private JmhResults() {}

    /** A file of these rows. */
    static Path write(final Path directory, final String name, final String... rows) throws IOException {
        return Files.writeString(directory.resolve(name), "[" + String.join(",", rows) + "]");
    }

    /** A row whose forks are around a time, in nanoseconds per operation, and differ by up to one percent. */
    static String row(final String benchmark, final double ns) {
        return row(benchmark, ns, FORKS);
    }

    /** The same with another number of forks. */
    static String row(final String benchmark, final double ns, final int forks) {
        return row(
                benchmark,
                IntStream.range(0, forks)
                        // Odd and even forks interleave, so that no order of the forks is the order of their figures.
                        .mapToObj(fork -> fork(ns * (1 + 0.01 * (fork * 7 % forks) / forks)))
                        .toList());
    }

    private static List<Double> fork(final double ns) {
        return IntStream.range(0, ITERATIONS)
                .mapToObj(iteration -> ns * (1 + 0.001 * iteration))
                .toList();
    }

    private static String row(final String benchmark, final List<List<Double>> forks) {
        final String data = forks.stream().map(List::toString).collect(Collectors.joining(",", "[", "]"));
        return String.format(
                Locale.ROOT,
                """
                {"jmhVersion" : "1.37", "benchmark" : "%s", "mode" : "avgt", "threads" : 1, "forks" : %d,
                 "jvmArgs" : ["-Xms256m"], "jdkVersion" : "17.0.15", "vmName" : "VM", "vmVersion" : "17.0.15+6",
                 "measurementIterations" : %d, "measurementBatchSize" : 1, "params" : {"size" : "8"},
                 "primaryMetric" : {"score" : %s, "scoreUnit" : "ns/op", "rawData" : %s},
                 "secondaryMetrics" : {}}""",
                benchmark,
                forks.size(),
                ITERATIONS,
                forks.get(0).get(0),
                data);
    }

    /** A row without raw data, as {@code -rf json} with {@code jmh.json.raw.data=false} leaves it. */
    static String scoreOnly(final String benchmark, final double ns) {
        return row(benchmark, ns).replaceAll(", \"rawData\" : .*}", "}");
    }

    /** What such a row is called. */
    static String key(final String benchmark) {
        return benchmark + " size=8";
    }

    /** The words of a command line: paths as they are, texts by their spaces. */
    static Object[] words(final Object... parts) {
        return Arrays.stream(parts)
                .flatMap(part -> part instanceof Path
                        ? Stream.of(part)
                        : Arrays.stream(part.toString().split(" ")))
                .filter(word -> !word.toString().isEmpty())
                .toArray();
    }
}
