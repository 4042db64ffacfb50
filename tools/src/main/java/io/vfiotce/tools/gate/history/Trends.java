package io.vfiotce.tools.gate.history;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.TrendPage;
import io.vfiotce.tools.gate.report.TrendSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** How the figures of rows went over the runs of a history. */
public final class Trends {
    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final int MAX_BARS = 40;

    private Trends() {}

    /** What makes a series one series. */
    private record Key(String row, Layer layer, String metric) {}

    /**
     * The series of all figures.
     *
     * @param runs the runs, oldest first
     * @param rows which rows
     * @param metrics which figures, such as {@link HistoryRun#HEAD}
     * @param finder finds steps
     * @return the series in the order in which the figures first came
     */
    public static List<TrendSeries> of(
            final List<HistoryRun> runs,
            final Predicate<String> rows,
            final Predicate<String> metrics,
            final StepFinder finder) {
        final Map<Key, List<TrendSeries.Point>> points = new LinkedHashMap<>();
        final Map<Key, String> units = new LinkedHashMap<>();
        for (final HistoryRun run : runs) {
            for (final HistoryRun.Figures figures : run.rows()) {
                if (rows.test(figures.row())) {
                    figures.metrics().forEach((metric, value) -> {
                        if (metrics.test(metric) && Double.isFinite(value)) {
                            final Key key = new Key(figures.row(), figures.layer(), metric);
                            units.put(key, unit(figures, metric));
                            points.computeIfAbsent(key, any -> new ArrayList<>())
                                    .add(new TrendSeries.Point(run.commit(), run.timeS(), value, figures.verdict()));
                        }
                    });
                }
            }
        }
        final List<TrendSeries> trends = new ArrayList<>();
        points.forEach((key, series) -> trends.add(new TrendSeries(
                key.row(),
                key.layer(),
                key.metric(),
                units.get(key),
                List.copyOf(series),
                steps(key, series, finder))));
        return trends;
    }

    /** Only what the clock said is in the row's unit; a figure of bytes or instructions is named so, all others are bare. */
    private static String unit(final HistoryRun.Figures figures, final String metric) {
        if (metric.equals(HistoryRun.BASE) || metric.equals(HistoryRun.HEAD)) {
            return figures.unit();
        }
        final String name = metric.toLowerCase(Locale.ROOT);
        if (name.contains("bytesperoperation")) {
            return "B/op";
        }
        if (figures.layer() == Layer.INSTRUCTIONS && name.contains("instructions")) {
            return "instructions/op";
        }
        return name.contains("bytes") ? "B" : "";
    }

    /** Effects are ratios minus one, and finders look at ratios; a series that is not positive has no ratios. */
    private static List<TrendSeries.Step> steps(
            final Key key, final List<TrendSeries.Point> points, final StepFinder finder) {
        final double offset = key.metric().equals(HistoryRun.EFFECT) ? 1 : 0;
        final double[] figures =
                points.stream().mapToDouble(point -> point.value() + offset).toArray();
        for (final double figure : figures) {
            if (figure <= 0) {
                return List.of();
            }
        }
        return List.copyOf(finder.steps(figures));
    }

    /**
     * Trends as text, one line each: the last runs as bars, the first and the last figure, the steps.
     *
     * @param trends the trends
     * @return lines
     */
    public static String text(final List<TrendSeries> trends) {
        final StringBuilder out = new StringBuilder();
        for (final TrendSeries trend : trends) {
            final List<TrendSeries.Point> points = trend.points();
            out.append(String.format(
                    Locale.ROOT,
                    "%s  %.5g to %.5g%s in %d runs  %s  %s %s  %s\n",
                    bars(points),
                    points.get(0).value(),
                    points.get(points.size() - 1).value(),
                    trend.unit().isEmpty() ? "" : " " + visible(trend.unit()),
                    points.size(),
                    visible(trend.row()),
                    trend.layer().name().toLowerCase(Locale.ROOT),
                    visible(trend.metric()),
                    TrendPage.steps(trend)));
        }
        return out.toString();
    }

    private static String visible(final String text) {
        return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "\ufffd");
    }

    private static String bars(final List<TrendSeries.Point> points) {
        final List<TrendSeries.Point> last = points.subList(Math.max(0, points.size() - MAX_BARS), points.size());
        final double low =
                last.stream().mapToDouble(TrendSeries.Point::value).min().orElse(0);
        final double high =
                last.stream().mapToDouble(TrendSeries.Point::value).max().orElse(0);
        final StringBuilder bars = new StringBuilder();
        for (final TrendSeries.Point point : last) {
            final double share = high > low ? (point.value() - low) / (high - low) : 0;
            bars.append(BARS.charAt((int) Math.round(share * (BARS.length() - 1))));
        }
        return bars.toString();
    }
}
