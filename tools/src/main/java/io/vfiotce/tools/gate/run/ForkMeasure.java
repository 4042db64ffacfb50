package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.JmhMode;
import java.util.List;
import java.util.SortedMap;

/**
 * What one fork measured.
 *
 * @param key the row's key as JMH reports it: benchmark, parameters, mode, threads
 * @param mode JMH's mode
 * @param threads threads that ran the benchmark
 * @param identity what must be the same in both arms, by name: JMH, JDK, VM, arguments, mode, unit, threads, blackholes
 * @param wallNs wall time per operation in nanoseconds, per measured iteration; empty in latency rows
 * @param quantilesNs quantiles of the fork's samples in nanoseconds by their name, 0.50 to 1.00, and of a row that JMH sampled
 *     {@link #TRIMMED_MEAN}; empty unless JMH sampled or the row is one of latency
 * @param probe what the probe saw
 * @param load load average of one minute when the fork began
 * @param throttled share of the fork's life that its cgroup was throttled
 * @param durationMs the fork's life, in milliseconds
 */
public record ForkMeasure(
        String key,
        JmhMode mode,
        int threads,
        SortedMap<String, String> identity,
        List<Double> wallNs,
        SortedMap<String, Double> quantilesNs,
        ProbeFigures probe,
        double load,
        double throttled,
        long durationMs) {
    /** Name of the mean of a sampled row without its slowest hundredth. */
    static final String TRIMMED_MEAN = "mean of 0.99";
}
