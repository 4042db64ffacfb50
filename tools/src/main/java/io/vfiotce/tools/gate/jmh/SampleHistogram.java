package io.vfiotce.tools.gate.jmh;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sampled times: how often each value was seen.
 *
 * @param counts number of samples by time in nanoseconds per operation; never empty, counts are positive
 */
public record SampleHistogram(SortedMap<Double, Long> counts) {
    private static final int HUNDRED = 100;

    /** {@return number of samples} */
    public long samples() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@return mean time in nanoseconds per operation} */
    public double meanNs() {
        double sumNs = 0;
        for (final Map.Entry<Double, Long> entry : counts.entrySet()) {
            sumNs += entry.getKey() * entry.getValue();
        }
        return sumNs / samples();
    }

    /**
     * Finds the smallest time that at least this share of the samples does not exceed.
     *
     * @param quantile share of the samples, 0 to 1
     * @return time in nanoseconds per operation
     */
    public double quantileNs(final double quantile) {
        final long rank = Math.max(1, (long) Math.ceil(quantile * samples()));
        long seen = 0;
        for (final Map.Entry<Double, Long> entry : counts.entrySet()) {
            seen += entry.getValue();
            if (seen >= rank) {
                return entry.getKey();
            }
        }
        return counts.lastKey();
    }

    /**
     * The mean without the slowest hundredth. A slower part of the operations shows in it, as small as it may be, where a quantile
     * sees none but its own sample; what the host does to single samples is cut away.
     *
     * @return mean without the slowest hundredth of the samples, at least the slowest of several, in nanoseconds per operation
     */
    public double trimmedMeanNs() {
        final long samples = samples();
        final long wanted = Math.max(1, samples - Math.max(1, samples / HUNDRED));
        long left = wanted;
        double sumNs = 0;
        for (final Map.Entry<Double, Long> entry : counts.entrySet()) {
            final long taken = Math.min(left, entry.getValue());
            sumNs += entry.getKey() * taken;
            left -= taken;
        }
        return sumNs / wanted;
    }

    /**
     * Adds up histograms.
     *
     * @param parts at least one
     * @return all their samples
     */
    public static SampleHistogram sum(final Iterable<SampleHistogram> parts) {
        final SortedMap<Double, Long> counts = new TreeMap<>();
        for (final SampleHistogram part : parts) {
            part.counts.forEach((valueNs, count) -> counts.merge(valueNs, count, Long::sum));
        }
        return new SampleHistogram(counts);
    }
}
