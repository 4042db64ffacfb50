package io.vfiotce.tools.gate.run;

import java.util.List;
import java.util.stream.Stream;

/** Quantiles of response time that are judged. Those above hang on single samples, and are only shown. */
public enum LatencyQuantile {
    /** The median. */
    P50(50, "0.50", 1),
    /** Nine of ten are below. */
    P90(90, "0.90", 1),
    /** 99 of a hundred are below; judged where at least a hundred samples of each fork are above. */
    P99(99, "0.99", 10_000);

    private final double percent;
    private final String key;
    private final int fewestSamples;

    LatencyQuantile(final double percent, final String key, final int fewestSamples) {
        this.percent = percent;
        this.key = key;
        this.fewestSamples = fewestSamples;
    }

    /**
     * Says which are judged. That does not hang on what was measured, so that as many tests are made as were planned.
     *
     * @param samples fewest samples of a fork
     * @return the quantiles, the median first
     */
    public static List<LatencyQuantile> judged(final int samples) {
        return Stream.of(values())
                .filter(quantile -> samples >= quantile.fewestSamples)
                .toList();
    }

    /** {@return the name in reports, such as {@code p50}} */
    public String label() {
        return "p" + Math.round(percent);
    }

    /** The quantile in percent. */
    double percent() {
        return percent;
    }

    /** Its name in {@link ForkMeasure#quantilesNs}. */
    String key() {
        return key;
    }
}
