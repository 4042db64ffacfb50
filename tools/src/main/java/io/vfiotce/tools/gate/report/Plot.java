package io.vfiotce.tools.gate.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * One drawing with two axes, as inline SVG. All places are percentages, so that the drawing takes any width while its text and
 * dots keep their size; only lines are drawn in a stretched inner drawing, with strokes that are not stretched.
 */
final class Plot {
    private static final String INNER = "1000";
    private static final double TO_INNER = 10;
    private static final int MAX_LABEL_CHARS = 34;

    private final Scale x;
    private final Scale y;
    private final Markup grid = new Markup();
    private final Markup marks = new Markup();
    private final StringBuilder paths = new StringBuilder();

    Plot(final Scale x, final Scale y) {
        this.x = x;
        this.y = y;
    }

    /** A place or a size in percent. */
    static String percent(final double percent) {
        return String.format(Locale.ROOT, "%.2f%%", percent);
    }

    /** Ticks of the horizontal axis, below the drawing; so many have a label as fit on a telephone. */
    Plot xTicks(final List<Double> ticks, final DoubleFunction<String> label) {
        final int chars =
                ticks.stream().mapToInt(tick -> label.apply(tick).length() + 2).sum();
        final int every = Math.max(1, (chars + MAX_LABEL_CHARS - 1) / MAX_LABEL_CHARS);
        for (int i = 0; i < ticks.size(); i++) {
            final String at = percent(x.percent(ticks.get(i)));
            grid.empty("line", "class", "grid", "x1", at, "x2", at, "y1", "0", "y2", "100%");
            if (i % every == 0) {
                grid.leaf("text", label.apply(ticks.get(i)), "class", "tick x", "x", at, "y", "100%", "dy", "16");
            }
        }
        return this;
    }

    /** Ticks of the vertical axis, left of the drawing. */
    Plot yTicks(final List<Double> ticks, final DoubleFunction<String> label) {
        for (final double tick : ticks) {
            final String at = percent(100 - y.percent(tick));
            grid.empty("line", "class", "grid", "x1", "0", "x2", "100%", "y1", at, "y2", at);
            grid.leaf("text", label.apply(tick), "class", "tick y", "x", "-8", "y", at, "dy", "4");
        }
        return this;
    }

    /** A line across the drawing, if the axis reaches so far. */
    Plot across(final double figure, final String style) {
        if (y.holds(figure)) {
            final String at = percent(100 - y.percent(figure));
            marks.empty("line", "class", style, "x1", "0", "x2", "100%", "y1", at, "y2", at);
        }
        return this;
    }

    /** An upright line, if the axis reaches so far. */
    Plot upright(final double figure, final String style) {
        if (x.holds(figure)) {
            final String at = percent(x.percent(figure));
            marks.empty("line", "class", style, "x1", at, "x2", at, "y1", "0", "y2", "100%");
        }
        return this;
    }

    /** One dot with a text of its own. */
    Plot dot(final double xFigure, final double yFigure, final String style, final String title) {
        marks.open(
                        "circle",
                        "class",
                        style,
                        "r",
                        "4.5",
                        "cx",
                        percent(x.percent(xFigure)),
                        "cy",
                        percent(100 - y.percent(yFigure)))
                .leaf("title", title)
                .close("circle");
        return this;
    }

    /** Many small dots of one kind; each point is its two figures. */
    Plot dots(final List<double[]> points, final String style) {
        path(
                points,
                style,
                (path, point) -> path.append('M').append(inner(point)).append("h0"));
        return this;
    }

    /** Short level strokes of one kind, so many units of the axis long. */
    Plot strokes(final List<double[]> points, final double length, final String style) {
        final double half = length / 2;
        path(
                points,
                style,
                (path, point) -> path.append('M')
                        .append(inner(new double[] {point[0] - half, point[1]}))
                        .append('L')
                        .append(inner(new double[] {point[0] + half, point[1]})));
        return this;
    }

    /** A line through points; what is no number leaves a gap. */
    Plot line(final List<double[]> points, final String style) {
        final boolean[] drawing = new boolean[1];
        path(points, style, (path, point) -> {
            path.append(drawing[0] ? 'L' : 'M').append(inner(point));
            drawing[0] = true;
        });
        return this;
    }

    /** How a point becomes part of a path. */
    @FunctionalInterface
    private interface Pen {
        void draw(StringBuilder path, double[] point);
    }

    private void path(final List<double[]> points, final String style, final Pen pen) {
        final StringBuilder path = new StringBuilder();
        points.stream()
                .filter(point -> !Double.isNaN(point[0]) && !Double.isNaN(point[1]))
                .forEach(point -> pen.draw(path, point));
        if (!path.isEmpty()) {
            paths.append("<path class=\"")
                    .append(style)
                    .append("\" d=\"")
                    .append(path)
                    .append("\"/>");
        }
    }

    private String inner(final double[] point) {
        return Math.round(TO_INNER * x.percent(point[0])) + " " + Math.round(TO_INNER * (100 - y.percent(point[1])));
    }

    /**
     * The drawing.
     *
     * @param style its class, which sets its height
     * @param description what a reader who does not see it must know
     */
    String svg(final String style, final String description) {
        final Markup svg = new Markup();
        svg.open("svg", "class", style, "role", "img", "aria-label", description)
                .raw(grid.toString());
        if (!paths.isEmpty()) {
            svg.open(
                            "svg",
                            "width",
                            "100%",
                            "height",
                            "100%",
                            "viewBox",
                            "0 0 " + INNER + " " + INNER,
                            "preserveAspectRatio",
                            "none",
                            "class",
                            "inner")
                    .raw(paths.toString())
                    .close("svg");
        }
        return svg.raw(marks.toString()).close("svg").toString();
    }
}
