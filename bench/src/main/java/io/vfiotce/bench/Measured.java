package io.vfiotce.bench;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was measured of one row, in the terms of JMH's JSON.
 *
 * @param benchmark class and method
 * @param mode JMH's short name of the mode: avgt, thrpt, sample, ss
 * @param threads worker threads
 * @param params the row's parameters
 * @param primary the score; of rows that sample, the median of the samples
 * @param secondary everything else by name
 */
record Measured(
        String benchmark,
        String mode,
        int threads,
        SortedMap<String, String> params,
        Series primary,
        SortedMap<String, Series> secondary) {
    /** Name of the tenth percentile of rows that sample. */
    static final String P10 = "p0.10";

    /** Name of the bytes that an iteration allocates, from the pass that measures allocation. */
    static final String ALLOCATED = "allocated";

    private static final String PACKAGE = "io.vfiotce.bench.";

    /** The row's name: {@code hcall.PutBenchmark.remap[groups=1]}. */
    static String key(final String benchmark, final Map<String, String> params) {
        final String name = benchmark.startsWith(PACKAGE) ? benchmark.substring(PACKAGE.length()) : benchmark;
        return params.isEmpty()
                ? name
                : new TreeMap<>(params)
                        .entrySet().stream()
                                .map(param -> param.getKey() + "=" + param.getValue())
                                .collect(Collectors.joining(",", name + "[", "]"));
    }

    String key() {
        return key(benchmark, params);
    }

    /** The quantity that counts: CPU time if one thread's average was measured, else the score. */
    Series series() {
        return mode.equals("avgt") && threads == 1 ? secondary.getOrDefault(CpuTimeProfiler.LABEL, primary) : primary;
    }

    /** The parts that a row of several kinds of calls is split into, by name: nanoseconds of all by their number. */
    SortedMap<String, Series> parts() {
        final SortedMap<String, Series> parts = new TreeMap<>();
        secondary.forEach((name, sums) -> {
            final String part = name.replaceFirst("Ns$", "");
            final Series calls = secondary.get(part + "Calls");
            if (calls != null && !part.equals(name)) {
                parts.put(part, sums.dividedBy(calls, "ns/op"));
            }
        });
        return parts;
    }

    /** The quartile over forks of the quantity that counts: what disturbs a fork only makes it worse. */
    double figure() {
        return quartile(series());
    }

    /** The quartile over forks on the side where nothing disturbs. */
    double quartile(final Series series) {
        return series.overForks(mode.equals("thrpt") ? 0.75 : 0.25);
    }

    /** This and the forks of another run of the same row. */
    Measured plus(final Measured other) {
        final SortedMap<String, Series> both = new TreeMap<>(secondary);
        other.secondary.forEach((name, series) -> both.merge(name, series, Series::plus));
        return new Measured(benchmark, mode, threads, params, primary.plus(other.primary), both);
    }

    /** This with one more quantity. */
    Measured with(final String name, final Series series) {
        final SortedMap<String, Series> more = new TreeMap<>(secondary);
        more.put(name, series);
        return new Measured(benchmark, mode, threads, params, primary, more);
    }
}
