package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/** One row of a suite with the figures of its forks. */
final class Row {
    private final String label;
    private final String include;
    private final String parameter;
    private final int forks;
    private final List<Double> forkNs = new ArrayList<>();
    private final List<Double> forkP10Ns = new ArrayList<>();
    private final List<RunResult> results = new ArrayList<>();
    private long allocatedBytesPerIteration = -1;

    /**
     * Names a row.
     *
     * @param benchmark class whose method it is
     * @param method the method
     * @param parameter {@code name=value} of its parameters with commas between, or null
     * @param forks how many forks to run
     */
    Row(final Class<?> benchmark, final String method, final String parameter, final int forks) {
        include = "^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
        label = benchmark.getSimpleName().replace("Benchmark", "") + "." + method
                + (parameter == null ? "" : "[" + parameter.substring(parameter.indexOf('=') + 1) + "]");
        this.parameter = parameter;
        this.forks = forks;
    }

    String label() {
        return label;
    }

    String include() {
        return include;
    }

    String parameter() {
        return parameter;
    }

    int forks() {
        return forks;
    }

    void addFork(final RunResult result, final double ns, final double p10Ns) {
        results.add(result);
        forkNs.add(ns);
        forkP10Ns.add(p10Ns);
    }

    void allocated(final long bytesPerIteration) {
        allocatedBytesPerIteration = bytesPerIteration;
    }

    long allocatedBytesPerIteration() {
        return allocatedBytesPerIteration;
    }

    List<RunResult> results() {
        return results;
    }

    /** Nanoseconds per operation of each fork: the median of its iterations, or of its samples. */
    List<Double> forkNs() {
        return forkNs;
    }

    List<Double> forkP10Ns() {
        return forkP10Ns;
    }

    /** Lower quartile over forks: what disturbs a fork only makes it slower. */
    double lowerQuartileNs() {
        return quantile(forkNs, 0.25);
    }

    static double quantile(final List<Double> values, final double q) {
        final double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        final double position = q * (sorted.length - 1);
        final int below = (int) position;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }
}
