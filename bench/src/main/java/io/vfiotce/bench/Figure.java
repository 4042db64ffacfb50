package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A number that is made of what was measured of one row or of several.
 *
 * @param rows names of the rows
 * @param unit its unit, or nothing
 * @param formula makes it of the rows' results
 */
record Figure(List<String> rows, String unit, ToDoubleFunction<List<Measured>> formula) {
    private static final String NS = "ns";

    /** What counts of a row: CPU time if one thread's average is measured, else the score. */
    static Figure of(final String row) {
        return new Figure(List.of(row), NS, results -> results.get(0).figure());
    }

    /** A row that counts bytes. */
    static Figure bytes(final String row) {
        return new Figure(List.of(row), "bytes", results -> results.get(0).figure());
    }

    /** A secondary result. */
    static Figure secondary(final String row, final String name, final String unit) {
        return new Figure(List.of(row), unit, results -> {
            final Measured result = results.get(0);
            final Series series = result.secondary().get(name);
            return series == null ? Double.NaN : result.quartile(series);
        });
    }

    /** A part of a row's calls, such as those that map. */
    static Figure part(final String row, final String name) {
        return new Figure(List.of(row), NS, results -> {
            final Measured result = results.get(0);
            final Series part = result.parts().get(name);
            return part == null ? Double.NaN : result.quartile(part);
        });
    }

    /** The least of several rows. */
    static Figure fastest(final String... rows) {
        return new Figure(
                List.of(rows),
                NS,
                results -> results.stream().mapToDouble(Measured::figure).min().orElse(Double.NaN));
    }

    /** How much more two threads do than one. */
    static Figure scaling(final String two, final String one) {
        return new Figure(
                List.of(two, one),
                "",
                results -> results.get(0).figure() / results.get(1).figure());
    }

    /** The number, or not a number if a row is missing. */
    double value(final Map<String, Measured> results) {
        final List<Measured> found = new ArrayList<>();
        for (final String row : rows) {
            if (!results.containsKey(row)) {
                return Double.NaN;
            }
            found.add(results.get(row));
        }
        return formula.applyAsDouble(found);
    }
}
