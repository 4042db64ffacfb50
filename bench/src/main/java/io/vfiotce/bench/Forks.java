package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
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

/** Runs one fork of one row: three warm-up and five measured iterations of 200 ms, default product flags. */
final class Forks {
    private static final TimeValue ITERATION = TimeValue.milliseconds(200);
    private static final String GC_ALLOCATED = "gc.alloc.rate.norm";

    private Forks() {}

    /** Times a fork. */
    static Measured time(final Row row) throws RunnerException {
        final RunResult result = run(options(row, 3, 5).addProfiler(CpuTimeProfiler.class));
        final BenchmarkParams params = result.getParams();
        final SortedMap<String, String> values = new TreeMap<>();
        params.getParamsKeys().forEach(name -> values.put(name, params.getParam(name)));
        final String unit = result.getPrimaryResult().getScoreUnit();
        final List<IterationResult> iterations = iterations(result);
        final SortedMap<String, Series> secondary = secondary(iterations);
        final boolean samples = params.getMode() == Mode.SampleTime;
        if (samples) {
            secondary.put(Measured.P10, series(unit, iterations, iteration -> percentile(iteration, 10)));
        }
        return new Measured(
                params.getBenchmark(),
                params.getMode().shortLabel(),
                params.getThreads(),
                values,
                series(
                        unit,
                        iterations,
                        iteration -> samples
                                ? percentile(iteration, 50)
                                : iteration.getPrimaryResult().getScore()),
                secondary);
    }

    /** Measures what an iteration of a fork allocates, on all threads, after the first iteration. */
    static Series allocate(final Row row) throws RunnerException {
        // Sampling allocates for its samples, so rows that sample are measured by their average here.
        final RunResult result = run(options(row, 1, 4)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class));
        final List<IterationResult> iterations = iterations(result);
        return series("B/iteration", iterations.subList(1, iterations.size()), iteration -> {
            final Result<?> norm = iteration.getSecondaryResults().get(GC_ALLOCATED);
            // A missing figure means that nothing was allocated at all.
            return norm == null ? 0 : norm.getScore() * iteration.getMetadata().getAllOps();
        });
    }

    private static ChainedOptionsBuilder options(final Row row, final int warmups, final int measurements) {
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include(row.include())
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(ITERATION)
                .measurementIterations(measurements)
                .measurementTime(ITERATION)
                .jvmArgsAppend(ChildJvm.AGRONA_FLAG)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        row.params().forEach(options::param);
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

    private static SortedMap<String, Series> secondary(final List<IterationResult> iterations) {
        final SortedMap<String, Series> all = new TreeMap<>();
        // In the last iteration the workers tear the state down too, which costs CPU time.
        final List<IterationResult> working = iterations.subList(0, iterations.size() - 1);
        iterations
                .get(0)
                .getSecondaryResults()
                .forEach((name, first) -> all.put(
                        name,
                        series(
                                first.getScoreUnit(),
                                name.equals(CpuTimeProfiler.LABEL) ? working : iterations,
                                iteration -> iteration
                                        .getSecondaryResults()
                                        .get(name)
                                        .getScore())));
        return all;
    }

    private static Series series(
            final String unit, final List<IterationResult> iterations, final ToDoubleFunction<IterationResult> value) {
        return Series.ofFork(
                unit, iterations.stream().mapToDouble(value).boxed().toList());
    }

    private static double percentile(final IterationResult iteration, final double percent) {
        return iteration.getPrimaryResult().getStatistics().getPercentile(percent);
    }
}
