package io.vfiotce.bench.memory;

import io.vfiotce.bench.Machine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does it cost to make a sparse window and to close it again, by the number of its entries?
 *
 * <p>Expected: tens of microseconds up to 2^30 entries, and below a millisecond at 2^40, where the directory of leaves has 2^19
 * places; with 64 clusters of 1,000 pages the leaves' zeroing, some ten microseconds each, whatever the size.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SparseWindowBenchmark {
    private static final int CLUSTERS = 64;
    private static final int CLUSTER_PAGES = 1000;

    /** Windows of one size. */
    @State(Scope.Thread)
    public static class Windows {
        /** log2 of the number of entries. */
        @Param({"20", "30", "40"})
        public int log2Entries;

        SparseWindow window;
        long[] starts;

        /** Starts the VM. */
        @Setup
        public void setup() {
            Machine.exercise();
            window = new SparseWindow();
            starts = SparseWindow.uniformStarts(CLUSTERS, 1L << log2Entries, CLUSTER_PAGES);
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            window.close();
        }
    }

    /** A window that nothing is mapped in. */
    @Benchmark
    public void createClose(final Windows state) {
        state.window.open(1L << state.log2Entries);
        state.window.shut();
    }

    /** A window with 64 clusters of 1,000 consecutive pages, uniform starts. */
    @Benchmark
    public void createMapClose(final Windows state) {
        state.window.open(1L << state.log2Entries);
        state.window.map(state.starts, CLUSTER_PAGES);
        state.window.shut();
    }
}
