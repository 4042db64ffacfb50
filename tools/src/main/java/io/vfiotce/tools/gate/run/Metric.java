package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.report.Iterations;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Quantile;

/** Which time of a fork is judged, always in nanoseconds per operation. */
public enum Metric {
    /**
     * Processor time for rows of one thread that does not wait; wall time for those that do, of several, sampled ones, and those
     * that work beside what JMH times.
     */
    AUTO,
    /** Processor time of the workers, all of it: also what they spend in fixtures, which JMH does not time. */
    CPU,
    /** Wall time. */
    WALL;

    /** Disturbance only adds time: of wall time the lower quarter is the least disturbed that is still no extreme. */
    private static final double WALL_QUANTILE = 0.25;

    /**
     * Largest share by which a worker's processor time may exceed the time that JMH took. It is 0.4 % where all is timed; what is
     * more goes to fixtures, which would hide a slowdown of the operation, or be taken for one.
     */
    private static final double MOST_UNTIMED = 0.02;

    private static final Quantile QUANTILE = Quantile.withDefaults().with(Quantile.EstimationMethod.HF7);

    /**
     * What is judged of a row. A row whose worker waits by itself, in a lock, a timer or for another thread, has its cost where
     * processor time does not see it; one that works beside what JMH times, in {@code @Setup(Level.Invocation)} say, has in its
     * processor time what is no cost of the operation.
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
        final Predicate<ForkMeasure> misleads = fork -> validity.waits(fork) || worksBeside(fork);
        final long misled = pairs.stream()
                .filter(pair -> misleads.test(pair.first().measure())
                        || misleads.test(pair.second().measure()))
                .count();
        return misled > Validity.MOST_CONTAMINATED * pairs.size() ? WALL : CPU;
    }

    /** Whether the worker's processor time of most iterations is more than JMH timed. */
    private static boolean worksBeside(final ForkMeasure fork) {
        final List<Double> cpuNs = fork.probe().cpuNs();
        final List<Double> wallNs = fork.wallNs();
        final double[] shares = IntStream.range(0, Math.min(cpuNs.size(), wallNs.size()))
                .mapToDouble(i -> cpuNs.get(i) / wallNs.get(i))
                .toArray();
        return shares.length > 0 && QUANTILE.evaluate(shares, 0.5) > 1 + MOST_UNTIMED;
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
     * The fork's figure: the least of its iterations for processor time, their lower quartile for wall time, the mean of
     * the samples of a sampled row without the slowest hundredth.
     *
     * @param fork the fork
     * @return the figure and its iterations
     * @throws GateDataException if the probe saw no worker, or a sampled row lacks the mean
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
        return new Iterations(
                fork.mode() == JmhMode.SAMPLE ? sampledNs(fork) : wallFigureNs(fork.wallNs()), fork.wallNs());
    }

    /** A fork of a latency row has no iterations. Of its quantiles, which are judged one by one, the median stands for it. */
    private static double sampledNs(final ForkMeasure fork) {
        if (fork.wallNs().isEmpty()) {
            return fork.quantilesNs().get(LatencyQuantile.P50.key());
        }
        final Double meanNs = fork.quantilesNs().get(ForkMeasure.TRIMMED_MEAN);
        if (meanNs == null) {
            throw new GateDataException(fork.key() + ": the fork's samples have no figure " + ForkMeasure.TRIMMED_MEAN);
        }
        return meanNs;
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
