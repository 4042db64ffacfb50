package io.vfiotce.tools.gate.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Finds steps in a history of one row: five figures against the up to twenty before them, by the Mann-Whitney test at 0.001 and a
 * Hodges-Lehmann shift of at least two percent.
 *
 * <p>For figures that can be compared over the history: instructions per invocation of the benchmark, or head / base to the previous release.
 * It looks at many windows, so over a long history of noise a false step now and then is to be expected; it never judges.
 */
public final class StepDetector {
    /** Figures after a step. */
    public static final int AFTER = 5;
    /** Most figures before a step. */
    public static final int BEFORE = 20;
    /** Fewest figures before a step; with fewer, no p-value could be small enough. */
    public static final int FEWEST_BEFORE = 10;

    private static final double ALPHA = 0.001;
    private static final double SMALLEST_LOG = Math.log1p(0.02);

    private StepDetector() {}

    /**
     * The steps of a history, oldest first. Neighbouring windows that see the same step give one: the
     * one with the smallest p-value, and among equals where neighbouring figures differ most.
     *
     * @param figures positive figures, oldest first
     * @return the steps
     * @throws io.vfiotce.tools.BadInputException if a figure is not positive and finite
     */
    public static List<Step> steps(final double[] figures) {
        final double[] logs = ForkPairs.logs(figures);
        final Comparator<Step> clearest = Comparator.comparingDouble(Step::p)
                .thenComparingDouble(step -> -Math.abs(logs[step.index()] - logs[step.index() - 1]));
        final List<Step> steps = new ArrayList<>();
        final List<Step> neighbours = new ArrayList<>();
        for (int index = FEWEST_BEFORE; index <= logs.length - AFTER; index++) {
            final Optional<Step> step = at(logs, index);
            step.ifPresent(neighbours::add);
            if (step.isEmpty() || index == logs.length - AFTER) {
                neighbours.stream().min(clearest).ifPresent(steps::add);
                neighbours.clear();
            }
        }
        return List.copyOf(steps);
    }

    private static Optional<Step> at(final double[] logs, final int index) {
        final double[] before = Arrays.copyOfRange(logs, Math.max(0, index - BEFORE), index);
        final double[] after = Arrays.copyOfRange(logs, index, index + AFTER);
        final double shift = MannWhitney.effect(before, after, ALPHA).estimate();
        if (Math.abs(shift) < SMALLEST_LOG) {
            return Optional.empty();
        }
        final double p = MannWhitneyUTest.withDefaults().test(after, before).getPValue();
        return p <= ALPHA ? Optional.of(new Step(index, Math.expm1(shift), p)) : Optional.empty();
    }
}
