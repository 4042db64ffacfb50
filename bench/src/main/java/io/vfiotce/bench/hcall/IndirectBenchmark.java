package io.vfiotce.bench.hcall;

import io.vfiotce.bench.Buffers;
import io.vfiotce.bench.Machine;
import io.vfiotce.bench.MachineConfig;
import io.vfiotce.bench.Vms;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What does an H_PUT_TCE_INDIRECT of 1, 8, 64 and 512 TCEs cost with no, one and two IOMMU tables, against a bounds-checked
 * loop of as many consecutive release stores? A score is of one call: of all its TCEs, at a random place that fits.
 *
 * <p>Expected: 512 TCEs with no table at most 2 such loops for reading, checking and storing; with tables an exchange more
 * for each TCE and table; a call of 1 TCE no more than twice an H_PUT_TCE.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IndirectBenchmark {
    /** The limit: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        /** Words. */
        @Param({"1", "8", "64", "512"})
        public int count;

        final UnsafeBuffer buffer = Buffers.window();
        long word;
        long placeMask;

        /** Aligns places. */
        @Setup
        public void align() {
            placeMask = placeMask(count);
        }
    }

    /** A VM of one window. */
    public static class Window extends Vms.Started {
        /** TCEs of a call. */
        @Param({"1", "8", "64", "512"})
        public int count;

        /** IOMMU tables of the window. */
        @Param({"0", "1", "2"})
        public int groups;

        long placeMask;

        @Override
        public MachineConfig config() {
            return new MachineConfig().groups(groups);
        }

        /** Aligns places. */
        @Setup
        public void align() {
            placeMask = placeMask(count);
        }
    }

    /** Bits of a bus address at which as many pages fit into the window. */
    static long placeMask(final int count) {
        return -((long) count << Machine.PAGE_SHIFT);
    }

    /** The limit: consecutive release stores. */
    @Benchmark
    public void releaseStores(final Vms.Pairs pairs, final Bare bare) {
        final UnsafeBuffer buffer = bare.buffer;
        final long word = bare.word++;
        final int first = (int) ((pairs.iobas[pairs.advance()] & bare.placeMask) >>> (Machine.PAGE_SHIFT - 3));
        final int end = first + (bare.count << 3);
        for (int at = first; at < end; at += Long.BYTES) {
            buffer.putLongRelease(at, word);
        }
    }

    /** Ours, in real mode. */
    @Benchmark
    public long indirect(final Vms.Pairs pairs, final Window vm) {
        final long ioba = pairs.iobas[pairs.advance()] & vm.placeMask;
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, ioba, Machine.LIST_GPA, vm.count);
    }
}
