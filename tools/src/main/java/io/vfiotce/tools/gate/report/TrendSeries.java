package io.vfiotce.tools.gate.report;

import java.util.List;

/**
 * One figure of one row over the runs of a history.
 *
 * @param row the row's key
 * @param layer the layer that the figure belongs to
 * @param metric the figure's name
 * @param unit the figure's unit; empty if it is a bare number
 * @param points the runs that have the figure, oldest first
 * @param steps where the figure changed for good
 */
public record TrendSeries(String row, Layer layer, String metric, String unit, List<Point> points, List<Step> steps) {
    /**
     * The figure in one run.
     *
     * @param commit the commit that was measured
     * @param timeS when, in seconds since 1970
     * @param value the figure
     * @param verdict the layer's verdict on the row
     */
    public record Point(String commit, long timeS, double value, Verdict verdict) {}

    /**
     * A change for good.
     *
     * @param index of the first point after it
     * @param effect after / before - 1
     * @param p probability of such a change where there is none
     */
    public record Step(int index, double effect, double p) {}
}
