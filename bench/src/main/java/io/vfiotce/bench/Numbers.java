package io.vfiotce.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as tables show them. */
final class Numbers {
    private Numbers() {}

    /** A bound, as short as it can be said. */
    static String plain(final double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** A ratio. */
    static String ratio(final double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** A figure with its unit: four digits, or all if it has more before the point. */
    static String figure(final double value, final String unit) {
        if (Double.isNaN(value)) {
            return "-";
        }
        final BigDecimal rounded = Math.abs(value) >= 1000
                ? new BigDecimal(Math.round(value))
                : new BigDecimal(value).round(new MathContext(4));
        return String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded)
                + (unit.isEmpty() ? "" : " " + unit);
    }
}
