package io.vfiotce.tools.gate.report;

import java.math.BigDecimal;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Names of the figures of a latency layer: {@code base.p99.9} is the 99.9% quantile of the base's response times in the row's
 * unit. From these the page draws the percentile plot.
 */
public final class LatencyFigures {
    private static final String BASE = "base.p";
    private static final String HEAD = "head.p";

    private LatencyFigures() {}

    /**
     * {@return the name of a quantile of the base}
     *
     * @param percent the quantile in percent, 0 to 100
     */
    public static String base(final double percent) {
        return BASE + plain(percent);
    }

    /**
     * {@return the name of a quantile of the head}
     *
     * @param percent the quantile in percent, 0 to 100
     */
    public static String head(final double percent) {
        return HEAD + plain(percent);
    }

    /** The base's quantiles by percent. */
    static NavigableMap<Double, Double> baseQuantiles(final LayerResult layer) {
        return quantiles(layer, BASE);
    }

    /** The head's quantiles by percent. */
    static NavigableMap<Double, Double> headQuantiles(final LayerResult layer) {
        return quantiles(layer, HEAD);
    }

    private static NavigableMap<Double, Double> quantiles(final LayerResult layer, final String prefix) {
        final NavigableMap<Double, Double> quantiles = new TreeMap<>();
        layer.figures().forEach((name, value) -> {
            if (name.startsWith(prefix) && name.substring(prefix.length()).matches("\\d{1,3}(\\.\\d{1,9})?")) {
                quantiles.put(Double.valueOf(name.substring(prefix.length())), value);
            }
        });
        return quantiles;
    }

    private static String plain(final double percent) {
        return BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString();
    }
}
