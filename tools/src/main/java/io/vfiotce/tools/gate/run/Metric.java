package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.report.Iterations;
import java.util.List;

/** Which time of a fork is judged, always in nanoseconds per operation. */
public enum Metric {
    /** Processor time of the workers. */
    CPU,
    /** Wall time. */
    WALL,
    /** Processor time for rows of one thread, wall time for rows of several and for sampled ones. */
    AUTO;

    /** Quantile of a sampled fork that is its figure, by its name in {@link ForkMeasure#quantilesNs}. */
    private static final String SAMPLED = "0.50";

    /** Disturbance only adds time: of wall time the lower quarter is the least disturbed that is still no extreme. */
    private static final double WALL_QUANTILE = 0.25;

    /**
     * What is judged of a fork.
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
        final double figureNs =
                fork.mode() == JmhMode.SAMPLE ? fork.quantilesNs().get(SAMPLED) : quantile(fork.wallNs());
        return new Iterations(figureNs, fork.wallNs());
    }

    /** Between the two neighbours in proportion (type 7 of Hyndman and Fan 1996). */
    private static double quantile(final List<Double> values) {
        final List<Double> sorted = values.stream().sorted().toList();
        final double rank = WALL_QUANTILE * (sorted.size() - 1);
        final int below = (int) rank;
        final int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
    }
}
