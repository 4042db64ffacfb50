package io.vfiotce.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does the harness itself cost? Its bytes per iteration are taken off those of every other row.
 *
 * <p>Expected: a fraction of a nanosecond, some kilobytes per iteration.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EmptyBenchmark {
    /** Nothing. */
    @Benchmark
    public void empty() {
        // The row is the harness.
    }
}
