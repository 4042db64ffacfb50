package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.List;

/** The trends of a history as one page, made like {@link HtmlReport}. */
public final class TrendPage {
    private static final int MAX_NAME_CHARS = 300;
    private static final int MAX_COMMIT_CHARS = 12;

    private TrendPage() {}

    /**
     * Writes a page.
     *
     * @param hostClass the machines that the figures come from
     * @param trends the trends
     * @return HTML, to be stored in UTF-8
     */
    public static String write(final String hostClass, final List<TrendSeries> trends) {
        final String title = "tce gate: history on " + hostClass;
        final Markup page = new Markup();
        HtmlReport.start(page, title);
        page.open("header").leaf("h1", title);
        page.leaf("p", trends.size() + " figures; a step is a change that lasted", "class", "count")
                .close("header");
        page.open("main")
                .open("section")
                .leaf("h2", "Trends")
                .open("div", "class", "plots")
                .line();
        trends.forEach(trend -> trend(page, trend));
        page.close("div").close("section").close("main");
        HtmlReport.end(page);
        return page.toString();
    }

    private static void trend(final Markup page, final TrendSeries trend) {
        final List<double[]> points = new ArrayList<>();
        for (int i = 0; i < trend.points().size(); i++) {
            points.add(new double[] {i, trend.points().get(i).value()});
        }
        final Scale x = new Scale(-0.5, Math.max(1, points.size()) - 0.5);
        final Scale y = Scale.robust(points.stream().mapToDouble(point -> point[1]));
        final Plot plot = new Plot(x, y).yTicks(y.ticks(), Text::number).line(points, "curve host");
        trend.steps().forEach(step -> plot.upright(step.index() - 0.5, "limit"));
        for (int i = 0; i < points.size(); i++) {
            final TrendSeries.Point point = trend.points().get(i);
            plot.dot(
                    i,
                    point.value(),
                    "pair " + point.verdict(),
                    Text.start(point.commit(), MAX_COMMIT_CHARS) + ": " + Text.number(point.value()) + ", "
                            + point.verdict());
        }
        final String steps = steps(trend);
        RowPlots.figure(
                page,
                Text.end(trend.row(), MAX_NAME_CHARS),
                Text.name(trend.layer()) + " " + trend.metric() + (trend.unit().isEmpty() ? "" : ", " + trend.unit())
                        + ". " + steps,
                plot.svg("plot low", points.size() + " runs. " + steps));
    }

    /**
     * {@return the steps of a trend in one sentence}
     *
     * @param trend the trend
     */
    public static String steps(final TrendSeries trend) {
        if (trend.steps().isEmpty()) {
            return "No step.";
        }
        final List<String> texts = trend.steps().stream()
                .map(step -> Text.effect(step.effect()) + " at "
                        + Text.start(trend.points().get(step.index()).commit(), MAX_COMMIT_CHARS))
                .toList();
        return "Step " + String.join(", ", texts) + ".";
    }
}
