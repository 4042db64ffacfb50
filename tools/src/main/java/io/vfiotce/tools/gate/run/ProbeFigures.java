package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMetric;
import io.vfiotce.tools.gate.jmh.JmhRow;
import java.util.List;
import org.apache.commons.statistics.descriptive.Median;

/**
 * What the probe saw during the measured iterations of one fork. Shares are means over the iterations; NaN where the system
 * does not tell.
 *
 * @param cpuNs processor time of the workers per operation in nanoseconds, per iteration
 * @param busy share of the wall time in which each worker had a processor: the median of the iterations
 * @param runDelay time that threads of the fork waited for a processor, per wall time
 * @param steal share of all processors' time that the hypervisor gave to others
 * @param jit time of the compilers per wall time
 * @param collections garbage collections of all iterations
 * @param clockMs largest difference of one iteration between the monotonic clock and the time of day, in milliseconds
 */
public record ProbeFigures(
        List<Double> cpuNs,
        double busy,
        double runDelay,
        double steal,
        double jit,
        double collections,
        double clockMs) {
    static ProbeFigures of(final JmhRow row) {
        return new ProbeFigures(
                values(row, "tce.cpu"),
                // In the last iteration workers also take their state down, and may wait for it.
                median(values(row, "tce.busy")),
                mean(values(row, "tce.runDelay")),
                mean(values(row, "tce.steal")),
                mean(values(row, "tce.jit")),
                values(row, "tce.gc").stream().mapToDouble(Double::doubleValue).sum(),
                values(row, "tce.clock").stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .getAsDouble());
    }

    private static List<Double> values(final JmhRow row, final String name) {
        final JmhMetric metric = row.secondary().get(name);
        if (metric == null
                || metric.forks().size() != 1
                || metric.forks().get(0).size() != row.setup().iterations()) {
            throw new GateDataException(row.key().text() + ": the probe's figure " + name + " is missing");
        }
        return metric.forks().get(0);
    }

    private static double median(final List<Double> values) {
        return Median.withDefaults()
                .evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double mean(final List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().getAsDouble();
    }
}
