package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Places figures on an axis.
 *
 * @param low figure at the axis' beginning
 * @param high figure at its end; above {@code low}
 */
record Scale(double low, double high) {
    private static final double PAD = 0.06;
    private static final double OUTLIER = 3;
    private static final int MAX_TICKS = 12;
    private static final int MAX_TIME_TICKS = 5;
    private static final int MAX_FINE_DECADES = 3;

    // From 1 s on: 2, 10, 30 s, 1, 2, 10, 30 min, 1, 2, 10, 30 h and so on.
    private static final int[] TIME_FACTORS = {2, 5, 3, 2};

    /** A scale that holds all finite figures with some room, or 0 to 1 if there is none. */
    static Scale of(final DoubleStream figures) {
        final double[] finite = finite(figures);
        return finite.length == 0 ? new Scale(0, 1) : padded(finite[0], finite[finite.length - 1]);
    }

    /** A scale on which a few figures far from the others do not press these together: they are placed at its ends. */
    static Scale robust(final DoubleStream figures, final double... always) {
        final double[] finite = finite(figures);
        if (finite.length == 0) {
            return of(Arrays.stream(always));
        }
        final double quarter = finite[finite.length / 4];
        final double threeQuarters = finite[finite.length - 1 - finite.length / 4];
        final double reach = OUTLIER * (threeQuarters - quarter);
        final double lowest = Math.max(finite[0], quarter - reach);
        final double highest = Math.min(finite[finite.length - 1], threeQuarters + reach);
        return of(DoubleStream.concat(Arrays.stream(always), DoubleStream.of(lowest, highest)));
    }

    private static double[] finite(final DoubleStream figures) {
        return figures.filter(Double::isFinite).sorted().toArray();
    }

    private static Scale padded(final double low, final double high) {
        // Halves, for the difference of two finite figures need not be finite.
        final double half = high / 2 - low / 2;
        // The least room is far below any difference that can be measured.
        final double room = Math.max(2 * PAD * half, Math.max(1e-6 * Math.abs(low), 1e-12));
        final double from = low - room;
        final double to = high + room;
        return Double.isFinite(to / 2 - from / 2) && Double.isFinite(from) && Double.isFinite(to) && from < to
                ? new Scale(from, to)
                : new Scale(-Double.MAX_VALUE / 4, Double.MAX_VALUE / 4);
    }

    /** Place of a figure in percent of the axis; what lies beyond is placed at the end, and what is no number at the beginning. */
    double percent(final double figure) {
        if (Double.isNaN(figure)) {
            return 0;
        }
        return Math.max(0, Math.min(100, 100 * ((figure - low) / (high - low))));
    }

    boolean holds(final double figure) {
        return figure >= low && figure <= high;
    }

    /** At most some eight round figures on the axis. */
    List<Double> ticks() {
        final double rough = (high - low) / 5;
        final double magnitude = Math.pow(10, Math.floor(Math.log10(rough)));
        final double factor = rough / magnitude;
        return multiples(magnitude * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10));
    }

    /** Figures that are round as durations in milliseconds, from 0 on. */
    List<Double> timeTicks() {
        double stepMs = 1_000;
        for (int i = 0; stepMs * MAX_TIME_TICKS < high - low; i++) {
            stepMs *= TIME_FACTORS[i % TIME_FACTORS.length];
        }
        return multiples(stepMs).stream().filter(tick -> tick >= 0).toList();
    }

    /** Round effects on an axis of logarithms of 1 + effect. */
    List<Double> effectTicks() {
        final Scale effects = new Scale(Math.expm1(low), Math.expm1(high));
        return Double.isInfinite(effects.high)
                ? ticks()
                : effects.ticks().stream().map(Math::log1p).toList();
    }

    /** Round figures on an axis of decimal logarithms: 1, 2, 5, 10 and so on, or only powers of ten where that is too many. */
    List<Double> decimalTicks() {
        if (high - low > MAX_FINE_DECADES) {
            return ticks().stream().filter(tick -> tick == Math.rint(tick)).toList();
        }
        final List<Double> ticks = new ArrayList<>();
        for (double decade = Math.floor(low); decade <= high; decade++) {
            for (final int digit : new int[] {1, 2, 5}) {
                ticks.add(decade + Math.log10(digit));
            }
        }
        return ticks.stream().filter(this::holds).toList();
    }

    private List<Double> multiples(final double step) {
        final List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(low / step); i * step <= high && ticks.size() < MAX_TICKS; i++) {
            // Adding 0 makes 0 of -0.
            ticks.add(i * step + 0);
        }
        return ticks;
    }
}
