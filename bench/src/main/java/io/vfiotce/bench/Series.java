package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One quantity of a row, by fork and iteration.
 *
 * @param unit as JMH writes it, such as {@code ns/op}
 * @param forks for each fork the value of each iteration
 */
record Series(String unit, List<List<Double>> forks) {
    /** A series of one fork. */
    static Series ofFork(final String unit, final List<Double> iterations) {
        return new Series(unit, List.of(iterations));
    }

    /** The median of each fork's iterations: forks are the samples. */
    List<Double> forkMedians() {
        return forks.stream().map(iterations -> quantile(iterations, 0.5)).toList();
    }

    /** A quantile over forks. */
    double overForks(final double q) {
        return quantile(forkMedians(), q);
    }

    /** This series and then the forks of another. */
    Series plus(final Series other) {
        final List<List<Double>> all = new ArrayList<>(forks);
        all.addAll(other.forks);
        return new Series(unit, all);
    }

    /** This divided by another, iteration by iteration. */
    Series dividedBy(final Series other, final String quotientUnit) {
        final List<List<Double>> quotients = new ArrayList<>();
        for (int fork = 0; fork < forks.size(); fork++) {
            final List<Double> quotient = new ArrayList<>();
            for (int i = 0; i < forks.get(fork).size(); i++) {
                quotient.add(forks.get(fork).get(i) / other.forks.get(fork).get(i));
            }
            quotients.add(quotient);
        }
        return new Series(quotientUnit, quotients);
    }

    /** A quantile with interpolation over those values that are numbers, and not a number if there are none. */
    static double quantile(final List<Double> values, final double q) {
        final double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        final double position = q * (sorted.length - 1);
        final int below = (int) position;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }
}
