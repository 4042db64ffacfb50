package io.vfiotce.tools.gate.jmh;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a row before it ran.
 *
 * @param benchmark full name of the class and the method
 * @param params values of the parameters by name
 */
public record RowName(String benchmark, SortedMap<String, String> params) implements Comparable<RowName> {
    /** Keeps a copy that nobody can change. */
    public RowName {
        params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
    }

    /** {@return the benchmark and its parameters, such as {@code a.B.c size=1 depth=2} sorted by name} */
    public String text() {
        final StringBuilder text = new StringBuilder(benchmark);
        params.forEach(
                (name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    @Override
    public int compareTo(final RowName other) {
        return text().compareTo(other.text());
    }
}
