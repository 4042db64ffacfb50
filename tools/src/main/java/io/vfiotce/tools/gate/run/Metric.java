package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.report.Iterations;
import java.util.List;
import org.apache.commons.statistics.descriptive.Quantile;

/** Which time of a fork is judged, always in nanoseconds per operation. */
public enum Metric {
    /** Processor time for rows of one thread that does not wait; wall time for those that do, of several, and sampled ones. */
    AUTO,
    /** Processor time of the workers. */
    CPU,
    /** Wall time. */
    WALL;

    /** Disturbance only adds time: of wall time the lower quarter is the least disturbed that is still no extreme. */
    private static final double WALL_QUANTILE = 0.25;

    private static final Quantile QUANTILE = Quantile.withDefaults().with(Quantile.EstimationMethod.HF7);

    /**
     * What is judged of a row. A row whose worker waits by itself, in a lock, a timer or for another thread, has its cost where
     * processor time does not see it.
     *
     * <p>It is asked of pairs, in both arms alike: exchanging the arms of a pair cannot change the answer, so the choice does not
     * bend the tests that are made with it.
     *
     * @param pairs the row's pairs, at least one
     * @param validity when a fork waits
     * @return {@link #CPU} or {@link #WALL}
     */
    Metric of(final List<ForkPair> pairs, final Validity validity) {
        final Metric plain = of(pairs.get(0).first().measure());
        if (this != AUTO || plain == WALL) {
            return plain;
        }
        final long waiting = pairs.stream()
                .filter(pair -> validity.waits(pair.first().measure())
                        || validity.waits(pair.second().measure()))
                .count();
        return waiting > Validity.MOST_CONTAMINATED * pairs.size() ? WALL : CPU;
    }

    /**
     * What is judged of a fork that does not wait.
     *
     * @param fork the fork
     * @return {@link #CPU} or {@link #WALL}
     */
    public Metric of(final ForkMeasure fork) {
        if (this != AUTO) {
            return this;
        }
        return fork.threads() == 1 && fork.mode() != JmhMode.SAMPLE ? CPU : WALL;
    }

    /**
     * The fork's figure: the least of its iterations for processor time, their lower quartile for wall time, the median of
     * the samples of a sampled row.
     *
     * @param fork the fork
     * @return the figure and its iterations
     * @throws GateDataException if the probe saw no worker
     */
    public Iterations figure(final ForkMeasure fork) {
        final List<Double> cpuNs = fork.probe().cpuNs();
        if (of(fork) == CPU) {
            final double leastNs =
                    cpuNs.stream().mapToDouble(Double::doubleValue).min().getAsDouble();
            if (!(leastNs > 0)) {
                throw new GateDataException(fork.key() + ": the probe saw no worker thread, choose wall time");
            }
            return new Iterations(leastNs, cpuNs);
        }
        final double figureNs = fork.mode() == JmhMode.SAMPLE
                ? fork.quantilesNs().get(LatencyQuantile.P50.key())
                : wallFigureNs(fork.wallNs());
        return new Iterations(figureNs, fork.wallNs());
    }

    /**
     * The figure of a fork that is judged by wall time.
     *
     * @param iterationsNs time per operation of its iterations in nanoseconds, at least one
     * @return their lower quartile, between its two neighbours in proportion (type 7 of Hyndman and Fan 1996)
     */
    public static double wallFigureNs(final List<Double> iterationsNs) {
        return QUANTILE.evaluate(
                iterationsNs.stream().mapToDouble(Double::doubleValue).toArray(), WALL_QUANTILE);
    }
}
