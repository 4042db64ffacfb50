package io.vfiotce.tools.gate.report;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * The forest plot: one strip per row with the effect, its interval and the row's limit, all on one axis. The axis is that of the
 * logarithm, on which twice as slow and twice as fast are equally far from nothing.
 */
final class ForestPlot {
    // An axis that reaches further than this many limits shows nothing near them.
    private static final double MAX_LIMITS = 5;
    private static final double DEFAULT_REACH = 0.3;
    private static final double LEAST_REACH = 0.02;
    private static final List<Double> TICKS = List.of(
            -0.9, -0.8, -0.5, -0.3, -0.2, -0.1, -0.05, -0.02, -0.01, -0.005, 0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
            0.5, 1.0, 2.0, 5.0, 10.0);
    private static final double TICK_ROOM_PERCENT = 17;

    private final Scale scale;
    private final double margin;

    ForestPlot(final GateReport report) {
        final List<LayerResult> layers = report.rows().stream()
                .map(Rows::headline)
                .flatMap(Optional::stream)
                .toList();
        margin = margin(report);
        final double limit = layers.stream()
                .mapToDouble(LayerResult::limit)
                .filter(value -> value > 0 && value <= MAX_LIMITS)
                .max()
                .orElse(0);
        final double most = limit > 0 ? MAX_LIMITS * limit : DEFAULT_REACH;
        final double widest = layers.stream()
                .flatMapToDouble(layer -> DoubleStream.of(
                        Math.abs(layer.interval().lower()),
                        Math.abs(layer.interval().upper())))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        final double reach = 1.1 * Math.log1p(Math.max(LEAST_REACH, Math.max(1.2 * limit, Math.min(most, widest))));
        scale = new Scale(-reach, reach);
    }

    /** The margin that the envelope names; 0 if it names none. */
    static double margin(final GateReport report) {
        final String text = report.envelope().getOrDefault(EnvelopeKeys.MARGIN, "");
        return text.matches("\\d?\\.\\d{1,9}") ? Double.parseDouble(text) : 0;
    }

    /** The axis that belongs above the strips. */
    String axis() {
        final Markup svg = new Markup();
        svg.open("svg", "class", "axis", "aria-hidden", "true");
        for (final double tick : ticks()) {
            svg.leaf("text", tick == 0 ? "0" : label(tick), "class", "tick x", "x", at(tick), "y", "14");
        }
        return svg.close("svg").toString();
    }

    private static String label(final double tick) {
        final String percent = Text.number(100 * Math.abs(tick));
        return (tick < 0 ? "\u2212" : "+") + percent + "%";
    }

    /** Ticks that leave each other room, from the middle outwards. */
    private List<Double> ticks() {
        final TreeSet<Double> ticks = new TreeSet<>(List.of(0.0));
        for (int i = TICKS.size() - 1; i >= 0; i--) {
            final double tick = TICKS.get(i);
            final double place = scale.percent(Math.log1p(tick));
            if (scale.holds(Math.log1p(tick))
                    && ticks.stream()
                            .noneMatch(
                                    other -> Math.abs(scale.percent(Math.log1p(other)) - place) < TICK_ROOM_PERCENT)) {
                ticks.add(tick);
            }
        }
        return List.copyOf(ticks);
    }

    private String at(final double effect) {
        return Plot.percent(scale.percent(Math.log1p(Math.max(-1, effect))));
    }

    /** One row's strip. */
    String strip(final LayerResult layer) {
        final Interval interval = layer.interval();
        final Markup svg = new Markup();
        svg.open(
                "svg",
                "class",
                "strip " + layer.verdict(),
                "role",
                "img",
                "aria-label",
                "effect " + Text.effect(interval.effect()) + ", interval " + Text.interval(interval) + ", limit "
                        + Text.share(layer.limit()));
        ticks().forEach(tick -> upright(svg, tick, tick == 0 ? "zero" : "grid"));
        if (margin > 0) {
            upright(svg, margin, "margin");
            upright(svg, -margin, "margin");
        }
        if (layer.limit() > 0) {
            upright(svg, layer.limit(), "limit");
        }
        if (!Double.isNaN(interval.lower()) && !Double.isNaN(interval.upper())) {
            svg.empty(
                    "line",
                    "class",
                    "interval",
                    "x1",
                    at(interval.lower()),
                    "x2",
                    at(interval.upper()),
                    "y1",
                    "50%",
                    "y2",
                    "50%");
            if (isBeyond(interval.lower(), -1) || isBeyond(interval.upper(), -1)) {
                arrow(svg, "0", "\u25c2");
            }
            if (isBeyond(interval.lower(), 1) || isBeyond(interval.upper(), 1)) {
                arrow(svg, "100%", "\u25b8");
            }
        }
        if (!Double.isNaN(interval.effect())) {
            svg.empty("circle", "class", "effect", "r", "5", "cx", at(interval.effect()), "cy", "50%");
        }
        return svg.close("svg").toString();
    }

    private void upright(final Markup svg, final double effect, final String style) {
        if (scale.holds(Math.log1p(effect))) {
            svg.empty("line", "class", style, "x1", at(effect), "x2", at(effect), "y1", "0", "y2", "100%");
        }
    }

    private boolean isBeyond(final double bound, final int side) {
        return side * bound > 0 && !scale.holds(Math.log1p(Math.max(-1, bound)));
    }

    /** Where the interval, or a part of it, lies beyond the axis. */
    private static void arrow(final Markup svg, final String x, final String arrow) {
        svg.leaf("text", arrow, "class", "beyond", "x", x, "y", "50%", "dy", "4.5");
    }
}
