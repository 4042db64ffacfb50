package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs one fork of one row: three warm-up and four measured iterations of 150 ms, default product flags. */
final class Forks {
    private static final String AGRONA_FLAG = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";
    private static final TimeValue ITERATION = TimeValue.milliseconds(150);
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Forks() {}

    /** Times a fork and adds it to its row. */
    static void time(final Row row) throws RunnerException {
        final RunResult result = run(options(row, 3, 4));
        if (result.getParams().getMode() == Mode.SampleTime) {
            final Statistics samples = result.getPrimaryResult().getStatistics();
            row.addFork(result, samples.getPercentile(50), samples.getPercentile(10));
        } else {
            final double median = Row.quantile(iterationScores(result), 0.5);
            row.addFork(result, median, median);
        }
    }

    /** Measures what an iteration of a fork allocates, on all threads: the median of the iterations after the first. */
    static void allocate(final Row row) throws RunnerException {
        // Sampling allocates for its samples, so rows that sample are measured by their average here.
        final RunResult result = run(options(row, 2, 4)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class));
        final List<Double> bytes = new ArrayList<>();
        for (final IterationResult iteration : iterations(result)) {
            final Result<?> norm = iteration.getSecondaryResults().get(ALLOCATED);
            // A missing figure means that nothing was allocated at all.
            bytes.add(
                    norm == null ? 0 : norm.getScore() * iteration.getMetadata().getAllOps());
        }
        row.allocated(Math.round(Row.quantile(bytes.subList(1, bytes.size()), 0.5)));
    }

    private static ChainedOptionsBuilder options(final Row row, final int warmups, final int measurements) {
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include(row.include())
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(ITERATION)
                .measurementIterations(measurements)
                .measurementTime(ITERATION)
                .jvmArgsAppend(AGRONA_FLAG)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (row.parameter() == null) {
            return options;
        }
        for (final String parameter : row.parameter().split(",")) {
            final int equals = parameter.indexOf('=');
            options.param(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
        return options;
    }

    private static RunResult run(final ChainedOptionsBuilder options) throws RunnerException {
        final Collection<RunResult> results = new Runner(options.build()).run();
        if (results.size() != 1) {
            throw new RunnerException("expected one row, ran " + results.size());
        }
        return results.iterator().next();
    }

    private static List<IterationResult> iterations(final RunResult result) {
        final List<IterationResult> iterations = new ArrayList<>();
        for (final BenchmarkResult fork : result.getBenchmarkResults()) {
            iterations.addAll(fork.getIterationResults());
        }
        return iterations;
    }

    private static List<Double> iterationScores(final RunResult result) {
        final List<Double> scores = new ArrayList<>();
        for (final IterationResult iteration : iterations(result)) {
            scores.add(iteration.getPrimaryResult().getScore());
        }
        return scores;
    }
}
