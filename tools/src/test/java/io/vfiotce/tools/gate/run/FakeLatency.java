package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.JmhMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Forks of latency rows without processes. Responses take 100 to 200 microseconds, two of a hundred ten times as long; half of
 * that is service.
 */
public final class FakeLatency implements LatencyForks {
    /** Of the head, by row: what all times, and what the longest two of a hundred are multiplied by besides. */
    public final Map<String, Double> slower = new TreeMap<>();

    /** See {@link #slower}. */
    public final Map<String, Double> tail = new TreeMap<>();

    /** Rows of which every fork fails. */
    public final Set<String> crashing = new TreeSet<>();

    /** Ids of forks whose log is gone. */
    public final Set<String> lost = new TreeSet<>();

    /** What was run, in order. */
    public final List<ForkJob> jobs = new ArrayList<>();

    /** Samples of a fork. */
    public int samples = 10_000;

    /** What the hypervisor takes. */
    public double steal;

    /** How long a fork takes, in milliseconds. */
    public long forkMs = 2000;

    /** The gate is killed when it wants this fork. */
    public int diesBefore = Integer.MAX_VALUE;

    private static final int STEPS = 100;
    private static final int TAIL_STEPS = 2;
    private static final double LEAST_NS = 100_000;
    private static final double NOISE = 0.002;

    private final LongConsumer passMs;

    /**
     * Creates the forks.
     *
     * @param passMs lets time pass
     */
    public FakeLatency(final LongConsumer passMs) {
        this.passMs = passMs;
    }

    @Override
    public ForkMeasure run(final ForkJob job) throws InterruptedException {
        if (jobs.size() == diesBefore) {
            throw new InterruptedException();
        }
        jobs.add(job);
        passMs.accept(forkMs);
        if (crashing.contains(job.row().text())) {
            throw new ForkFailedException(job.row().text() + ": ended with code 1");
        }
        return new ForkMeasure(
                job.row().text(),
                JmhMode.SAMPLE,
                1,
                new TreeMap<>(),
                List.of(),
                written(job).quantilesNs(),
                new ProbeFigures(List.of(), Double.NaN, 0, steal, Double.NaN, Double.NaN, 0),
                0.5,
                0,
                forkMs);
    }

    @Override
    public LatencyLog log(final ForkJob job) {
        if (lost.contains(job.id())) {
            throw new ForkFailedException(job.id() + ".hlog: there is no such log");
        }
        return written(job);
    }

    private LatencyLog written(final ForkJob job) {
        final boolean isHead = job.arm() == Arm.HEAD;
        final double scale = isHead ? slower.getOrDefault(job.row().text(), 1.0) : 1;
        final double longest = 10 * (isHead ? tail.getOrDefault(job.row().text(), 1.0) : 1);
        final double noisy = 1 + NOISE * (Math.floorMod(job.id().hashCode() * 0x9E3779B9, 1000) / 500.0 - 1);
        final Histogram latency = LatencyLog.histogram();
        final Histogram service = LatencyLog.histogram();
        for (int i = 0; i < STEPS; i++) {
            final double ns =
                    LEAST_NS * (1 + i / (double) STEPS) * noisy * scale * (i < STEPS - TAIL_STEPS ? 1 : longest);
            latency.recordValueWithCount(Math.round(ns), samples / STEPS);
            service.recordValueWithCount(Math.round(ns / 2), samples / STEPS);
        }
        return new LatencyLog(latency, Optional.of(service), 1000, OptionalDouble.of(isHead ? 7000 : 5000));
    }
}
