package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The drawings of one row's layer. */
final class RowPlots {
    private static final String CIRCLE = "\u25cf ";

    private RowPlots() {}

    /** Every pair's effect at the time it was measured: shows drift, and hosts that change their mind. */
    static void pairs(final Markup out, final LayerResult layer) {
        final List<Pair> pairs = layer.pairs();
        final Scale x = Scale.of(pairs.stream().mapToDouble(Pair::startMs));
        final double limit = layer.limit() > 0 ? Math.log1p(layer.limit()) : 0;
        final Scale y = Scale.robust(pairs.stream().mapToDouble(RowPlots::logEffect), 0, limit);
        final Plot plot = new Plot(x, y)
                .xTicks(x.timeTicks(), tick -> Text.duration((long) tick))
                .yTicks(y.effectTicks(), tick -> tick == 0 ? "0%" : Text.effect(Math.expm1(tick)))
                .across(0, "zero");
        if (limit > 0) {
            plot.across(limit, "limit");
        }
        for (final Pair pair : pairs) {
            plot.dot(
                    pair.startMs(),
                    logEffect(pair),
                    pair.contaminated().isEmpty() ? "pair stage" + pair.stage() : "dropped",
                    "stage " + pair.stage() + ", pair " + pair.number() + ": " + Text.effect(Rows.effect(pair))
                            + (pair.contaminated().isEmpty()
                                    ? ""
                                    : ", not used: " + Text.start(pair.contaminated(), 200)));
        }
        figure(
                out,
                "Pairs over time",
                "Head against base of each pair. Filled: used; hollow: not used. The dashed line is the" + " limit.",
                plot.svg(
                        "plot",
                        "Effects of " + pairs.size() + " pairs over time, from "
                                + range(pairs.stream().mapToDouble(Rows::effect))
                                + "; the table of pairs has the figures."));
    }

    private static double logEffect(final Pair pair) {
        return Math.log1p(Rows.effect(pair));
    }

    private static String range(final DoubleStream effects) {
        final double[] sorted = effects.filter(Double::isFinite).sorted().toArray();
        return sorted.length == 0 ? "none" : Text.effect(sorted[0]) + " to " + Text.effect(sorted[sorted.length - 1]);
    }

    /** Every iteration of every fork, in the order of the forks. */
    static void iterations(final Markup out, final RowResult row, final LayerResult layer) {
        final List<double[]> baseDots = new ArrayList<>();
        final List<double[]> headDots = new ArrayList<>();
        final List<double[]> baseForks = new ArrayList<>();
        final List<double[]> headForks = new ArrayList<>();
        int fork = 0;
        for (final Pair pair : layer.pairs()) {
            add(pair.base(), fork + (pair.headFirst() ? 2 : 1), baseDots, baseForks);
            add(pair.head(), fork + (pair.headFirst() ? 1 : 2), headDots, headForks);
            fork += 2;
        }
        final Scale x = new Scale(0, fork + 1);
        final Scale y = Scale.robust(Stream.of(baseDots, headDots, baseForks, headForks)
                .flatMap(List::stream)
                .mapToDouble(point -> point[1]));
        final Plot plot = new Plot(x, y)
                .xTicks(
                        x.ticks().stream()
                                .filter(tick -> tick >= 1 && tick == Math.rint(tick))
                                .toList(),
                        Text::number)
                .yTicks(y.ticks(), Text::number)
                .dots(baseDots, "dots base")
                .dots(headDots, "dots head")
                .strokes(baseForks, 0.8, "fork base")
                .strokes(headForks, 0.8, "fork head");
        // Forks of a latency row have no iterations.
        final String shown = baseDots.isEmpty() && headDots.isEmpty() ? "Figures" : "Iterations";
        figure(
                out,
                shown + " of each fork, " + row.unit(),
                "Dots are iterations, strokes the forks' figures, in the order of" + " measurement.",
                legend() + plot.svg("plot", shown + " of " + fork + " forks in " + row.unit() + "."));
    }

    private static void add(
            final Iterations fork, final double at, final List<double[]> dots, final List<double[]> forks) {
        fork.iterations().forEach(value -> dots.add(new double[] {at, value}));
        forks.add(new double[] {at, fork.value()});
    }

    /** Response times by quantile, both axes logarithmic. */
    static void percentiles(final Markup out, final RowResult row, final LayerResult layer) {
        final NavigableMap<Double, Double> base = LatencyFigures.baseQuantiles(layer);
        final NavigableMap<Double, Double> head = LatencyFigures.headQuantiles(layer);
        final List<double[]> basePoints = points(base);
        final List<double[]> headPoints = points(head);
        if (basePoints.isEmpty() && headPoints.isEmpty()) {
            return;
        }
        final Scale x =
                Scale.of(Stream.concat(basePoints.stream(), headPoints.stream()).mapToDouble(point -> point[0]));
        final Scale y =
                Scale.of(Stream.concat(basePoints.stream(), headPoints.stream()).mapToDouble(point -> point[1]));
        final List<Double> quantiles = Stream.concat(base.keySet().stream(), head.keySet().stream())
                .filter(quantile -> quantile < 100)
                .map(RowPlots::place)
                .distinct()
                .toList();
        final Plot plot = new Plot(x, y)
                .xTicks(quantiles, tick -> Text.number(100 - 100 * Math.pow(10, -tick)) + "%")
                .yTicks(y.decimalTicks(), tick -> Text.number(Math.pow(10, tick)))
                .line(basePoints, "curve base")
                .line(headPoints, "curve head")
                .dots(basePoints, "knots base")
                .dots(headPoints, "knots head");
        figure(
                out,
                "Response times by quantile, " + row.unit(),
                "Both axes are logarithmic.",
                legend() + plot.svg("plot", "Quantiles of response time; the figures of the layer have the numbers."));
    }

    /** A quantile's place on the axis: each further nine takes as much room as the one before. */
    private static double place(final double percent) {
        return -Math.log10(1 - percent / 100);
    }

    private static List<double[]> points(final NavigableMap<Double, Double> quantiles) {
        return quantiles.entrySet().stream()
                .filter(entry -> entry.getKey() < 100 && entry.getValue() > 0)
                .map(entry -> new double[] {place(entry.getKey()), Math.log10(entry.getValue())})
                .toList();
    }

    private static String legend() {
        return new Markup()
                .open("p", "class", "legend")
                .leaf("span", CIRCLE + "base", "class", "base")
                .text(" ")
                .leaf("span", CIRCLE + "head", "class", "head")
                .close("p")
                .toString();
    }

    /** A drawing with its caption. */
    static void figure(final Markup out, final String title, final String caption, final String drawing) {
        out.open("figure")
                .open("figcaption")
                .leaf("strong", title)
                .text(". " + caption)
                .close("figcaption")
                .raw(drawing)
                .close("figure")
                .line();
    }
}
