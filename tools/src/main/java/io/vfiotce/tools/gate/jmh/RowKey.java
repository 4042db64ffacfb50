package io.vfiotce.tools.gate.jmh;

/**
 * What makes a row the same row in two files.
 *
 * @param name benchmark and parameters
 * @param mode JMH's mode
 * @param threads threads that ran the benchmark
 * @param dimension time/op or ops/time
 */
public record RowKey(RowName name, JmhMode mode, int threads, String dimension) implements Comparable<RowKey> {
    /** {@return the key as it is shown, such as {@code a.B.c size=1 avgt t1}} */
    public String text() {
        return name.text() + ' ' + mode.label() + " t" + threads;
    }

    @Override
    public int compareTo(final RowKey other) {
        return text().compareTo(other.text());
    }
}
