package io.vfiotce.tools.gate.history;

import io.vfiotce.tools.gate.report.TrendSeries;
import java.util.List;

/** Finds where a series of figures changed for good. */
@FunctionalInterface
public interface StepFinder {
    /**
     * {@return the steps, in order}
     *
     * @param figures positive figures in the order of the runs
     */
    List<TrendSeries.Step> steps(double[] figures);
}
