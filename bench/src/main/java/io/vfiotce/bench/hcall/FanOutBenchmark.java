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
 * What does H_PUT_TCE cost when one TCE becomes 16 entries of the hardware: because a page of 64 KiB is 16 pages of the IOMMU
 * table, or because 16 IOMMU tables are attached to the window? The limit is as many exchanges of consecutive words.
 *
 * <p>Expected: at most 2 exchanges an entry. Windows whose pages are not the table's, or with more than two tables, are
 * looked up in every call.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FanOutBenchmark {
    private static final int GUEST_PAGE_SHIFT = 16;

    /** The limit: a buffer of the table's size. */
    @State(Scope.Thread)
    public static class Bare {
        /** Entries of a TCE. */
        @Param({"1", "16"})
        public int fanOut;

        UnsafeBuffer buffer;

        /** Makes the buffer. */
        @Setup
        public void setup() {
            buffer = Buffers.window(Machine.WINDOW_PAGES * fanOut);
        }
    }

    /** A VM of one window of 512 pages of 64 KiB with an IOMMU table of smaller ones, and inputs for it. */
    public static class SubPages extends Vms.Started {
        /** Pages of the table in one of the window. */
        @Param({"1", "16"})
        public int fanOut;

        final long[] iobas = Machine.randomIobas(Machine.WINDOW_PAGES, GUEST_PAGE_SHIFT);
        final long[] tces = Machine.randomTces(Machine.RAM_BYTES, GUEST_PAGE_SHIFT);

        @Override
        public MachineConfig config() {
            return new MachineConfig()
                    .groups(1)
                    .pageShift(GUEST_PAGE_SHIFT)
                    .tablePageShift(GUEST_PAGE_SHIFT - Integer.numberOfTrailingZeros(fanOut));
        }
    }

    /** A VM of one window with many IOMMU tables. */
    public static class Tables extends Vms.Started {
        /** IOMMU tables of the window. */
        @Param({"1", "16"})
        public int groups;

        @Override
        public MachineConfig config() {
            return new MachineConfig().groups(groups);
        }
    }

    /** The limit: as many exchanges. */
    @Benchmark
    public long exchanges(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        final int first = (int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3)) * bare.fanOut;
        long sum = 0;
        for (int at = first; at < first + (bare.fanOut << 3); at += Long.BYTES) {
            sum += bare.buffer.getAndSetLong(at, pairs.tces[i]);
        }
        return sum;
    }

    /** Ours, into one table of smaller pages, in real mode. */
    @Benchmark
    public long subPages(final Vms.Pairs pairs, final SubPages vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, vm.iobas[i], vm.tces[i]);
    }

    /** Ours, into every table, in real mode. */
    @Benchmark
    public long tables(final Vms.Pairs pairs, final Tables vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }
}
