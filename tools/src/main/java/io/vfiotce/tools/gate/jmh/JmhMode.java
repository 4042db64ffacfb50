package io.vfiotce.tools.gate.jmh;

/** JMH's modes by the short names in its files. */
public enum JmhMode {
    /** Operations per time; bigger is better until it is turned over. */
    THROUGHPUT("thrpt"),
    /** Average time per operation. */
    AVERAGE("avgt"),
    /** Times of sampled operations. */
    SAMPLE("sample"),
    /** Time of one cold batch. */
    SINGLE_SHOT("ss");

    private final String label;

    JmhMode(final String label) {
        this.label = label;
    }

    /** {@return JMH's short name} */
    public String label() {
        return label;
    }

    /**
     * Finds a mode.
     *
     * @param label JMH's short name
     * @return the mode
     * @throws GateDataException if JMH has no such mode
     */
    public static JmhMode of(final String label) {
        for (final JmhMode mode : values()) {
            if (mode.label.equals(label)) {
                return mode;
            }
        }
        throw new GateDataException("unknown mode '" + label + "'");
    }
}
