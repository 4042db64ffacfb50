package io.vfiotce.bench;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.runner.RunnerException;

/** One row: a benchmark method with its parameters, and the figures of its forks. */
final class Row implements Source {
    private static final String PACKAGE = Row.class.getPackageName() + ".";

    private final String benchmark;
    private final SortedMap<String, String> params = new TreeMap<>();
    private final int forks;
    private Measured measured;

    /**
     * Names a row.
     *
     * @param key its name below this package, as {@link Measured#key} writes it: {@code hcall.PutBenchmark.remap[groups=1]}
     * @param forks how many forks to run
     */
    Row(final String key, final int forks) {
        final int bracket = key.indexOf('[');
        benchmark = PACKAGE + (bracket < 0 ? key : key.substring(0, bracket));
        if (bracket >= 0) {
            for (final String param :
                    key.substring(bracket + 1, key.length() - 1).split(",")) {
                final int equals = param.indexOf('=');
                params.put(param.substring(0, equals), param.substring(equals + 1));
            }
        }
        this.forks = forks;
    }

    /**
     * Names a row.
     *
     * @param benchmark class whose method it is
     * @param method the method
     * @param parameters {@code name=value} of its parameters, with commas between them, or null
     * @param forks how many forks to run
     */
    Row(final Class<?> benchmark, final String method, final String parameters, final int forks) {
        this(
                benchmark.getName().substring(PACKAGE.length()) + "." + method
                        + (parameters == null ? "" : "[" + parameters + "]"),
                forks);
    }

    String key() {
        return Measured.key(benchmark, params);
    }

    /** The class's short name, the method, and the parameters' values. */
    @Override
    public String label() {
        final int method = benchmark.lastIndexOf('.');
        final String simpleName = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1, method);
        return simpleName.replace("Benchmark", "")
                + benchmark.substring(method)
                + (params.isEmpty() ? "" : "[" + String.join(",", params.values()) + "]");
    }

    String benchmark() {
        return benchmark;
    }

    /** A regular expression that matches its benchmark alone. */
    String include() {
        return "^" + benchmark.replace(".", "\\.") + "$";
    }

    Map<String, String> params() {
        return params;
    }

    @Override
    public int forks() {
        return forks;
    }

    @Override
    public void runFork() throws RunnerException {
        final Measured fork = Forks.time(this);
        measured = measured == null ? fork : measured.plus(fork);
    }

    /** Measures allocation, in a fork of its own. */
    void allocate() throws RunnerException {
        final Series bytes = Forks.allocate(this);
        measured = measured.with(Measured.ALLOCATED, bytes);
    }

    @Override
    public List<Measured> measured() {
        return measured == null ? List.of() : List.of(measured);
    }

    /** Bytes that an iteration allocated, on all threads, with the harness's own. */
    double allocatedBytes() {
        final Series bytes = measured == null ? null : measured.secondary().get(Measured.ALLOCATED);
        return bytes == null ? Double.NaN : bytes.overForks(0.5);
    }

    /** Nanoseconds per operation of each fork: the median of its iterations. */
    List<Double> forkNs() {
        return measured == null ? List.of() : measured.series().forkMedians();
    }

    /** The tenth percentile of each fork, of a row that samples; else the same as {@link #forkNs}. */
    List<Double> forkP10Ns() {
        final Series p10 = measured == null ? null : measured.secondary().get(Measured.P10);
        return p10 == null ? forkNs() : p10.forkMedians();
    }

    /** Lower quartile over forks. */
    double lowerQuartileNs() {
        return Series.quantile(forkNs(), 0.25);
    }

    /** Lower quartile over forks of a part of its calls, such as those that map. */
    double lowerQuartileNs(final String part) {
        final Series series = measured == null ? null : measured.parts().get(part);
        return series == null ? Double.NaN : measured.quartile(series);
    }
}
