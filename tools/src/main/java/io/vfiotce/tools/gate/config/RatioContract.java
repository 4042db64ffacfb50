package io.vfiotce.tools.gate.config;

import java.util.OptionalDouble;

/**
 * Bounds of the ratio between two rows of one run; at least one bound is given.
 *
 * @param row exact key of the row above the line
 * @param to exact key of the row below the line
 * @param min smallest ratio of their times per operation; empty if not bounded
 * @param max largest ratio
 * @param reason why it must be so
 */
public record RatioContract(String row, String to, OptionalDouble min, OptionalDouble max, String reason) {
    private static final double MAX_RATIO = 1e9;

    static RatioContract read(final ConfigObject from) {
        final RatioContract result = new RatioContract(
                from.text("row"), from.text("to"), optional(from, "min"), optional(from, "max"), from.text("reason"));
        if (result.min.isEmpty() && result.max.isEmpty()) {
            throw from.wrong("has neither min nor max");
        }
        if (result.min.orElse(0) > result.max.orElse(MAX_RATIO)) {
            throw from.wrong("min", "is above max");
        }
        if (result.row.equals(result.to)) {
            throw from.wrong("to", "is the same row");
        }
        from.finish();
        return result;
    }

    private static OptionalDouble optional(final ConfigObject from, final String key) {
        final Double value = from.number(key, 0, MAX_RATIO, null);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
