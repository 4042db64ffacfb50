package io.vfiotce.tools.gate.jmh;

import java.util.Map;

/**
 * A unit of JMH's primary metric, as what it takes to get nanoseconds per operation.
 *
 * @param text as JMH writes it: us/op, ops/ms
 * @param inverted whether it counts operations per time
 * @param unitNs length of its unit of time in nanoseconds
 * @source JMH's TimeValue.tuToString
 */
public record JmhUnit(String text, boolean inverted, double unitNs) {
    private static final String PER_OPERATION = "/op";
    private static final String OPERATIONS_PER = "ops/";
    private static final Map<String, Double> UNIT_NS =
            Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9, "min", 60e9, "hr", 3600e9, "day", 86_400e9);

    /**
     * Reads a unit.
     *
     * @param mode the mode it belongs to
     * @param text the unit
     * @return its meaning
     * @throws GateDataException if it is no unit of that mode
     */
    public static JmhUnit of(final JmhMode mode, final String text) {
        final boolean inverted = mode == JmhMode.THROUGHPUT;
        final String time;
        if (inverted && text.startsWith(OPERATIONS_PER)) {
            time = text.substring(OPERATIONS_PER.length());
        } else if (!inverted && text.endsWith(PER_OPERATION)) {
            time = text.substring(0, text.length() - PER_OPERATION.length());
        } else {
            time = "";
        }
        final Double unitNs = UNIT_NS.get(time);
        if (unitNs == null) {
            throw new GateDataException("'" + text + "' is no unit of mode " + mode.label());
        }
        return new JmhUnit(text, inverted, unitNs);
    }

    /** {@return what is counted per what, without its size: time/op or ops/time} */
    public String dimension() {
        return inverted ? "ops/time" : "time/op";
    }

    /**
     * Turns a score into time.
     *
     * @param score the score in this unit
     * @return time per operation in nanoseconds
     */
    public double nsPerOp(final double score) {
        return inverted ? unitNs / score : unitNs * score;
    }
}
