package io.vfiotce.tools.gate.jmh;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One row of a JMH file, whatever mode and unit it had.
 *
 * @param key which row it is
 * @param unit unit of the primary metric as JMH writes it
 * @param setup how it was measured
 * @param nsPerOp JMH's score as nanoseconds per operation
 * @param forks nanoseconds per operation of the iterations, per fork; the mean of the samples in mode sample; empty if JMH
 *     was told to leave the raw data out
 * @param histograms samples of the iterations, per fork; empty unless the mode is sample
 * @param secondary secondary metrics by name, without the dot that JMH before 1.37 put before some
 */
public record JmhRow(
        RowKey key,
        String unit,
        JmhSetup setup,
        double nsPerOp,
        List<List<Double>> forks,
        List<List<SampleHistogram>> histograms,
        SortedMap<String, JmhMetric> secondary) {
    /** {@return what must be the same in two results that are compared, by name in a fixed order} */
    public Map<String, String> identity() {
        final Map<String, String> identity = setup.identity();
        identity.put("mode", key.mode().label());
        identity.put("unit", unit);
        identity.put("threads", String.valueOf(key.threads()));
        if (key.mode() == JmhMode.SINGLE_SHOT) {
            // How warm a shot is.
            identity.put("iterations", setup.warmupIterations() + " + " + setup.iterations());
        }
        return identity;
    }
}
