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
 * What does an H_STUFF_TCE of 1, 64 and 512 zeros and of a whole window of 2^20 cost, with no, one and two IOMMU tables, against
 * {@code setMemory} of the same bytes? The words are never 0 before: passes of {@link Passes} write them (the guest by
 * H_PUT_TCE_INDIRECT, the limit by filling with another byte) and clear them, chunk by chunk. The figure is {@code unmapNs /
 * unmapCalls}, of one call.
 *
 * <p>Expected: 512 zeros with no table at most 1.2 fills, the whole window no more than the memory takes; with tables as many
 * exchanges as pages. A stuff of 1 is a call like H_PUT_TCE, by the tables.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StuffBenchmark {
    private static final int MAX_LIST = Machine.WINDOW_PAGES;
    private static final int MIN_CALLS = 64;

    /** The limit: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        /** Words of a fill. */
        @Param({"1", "64", "512", "1048576"})
        public int count;

        int calls;
        int bytes;
        UnsafeBuffer buffer;

        /** Makes the buffer. */
        @Setup
        public void setup() {
            calls = calls(count);
            bytes = count * Long.BYTES;
            buffer = Buffers.window(calls * count);
        }
    }

    /** A VM of one window of as many pages as the calls of a pass write. */
    public static class Window extends Vms.Started {
        /** Pages of a call. */
        @Param({"1", "64", "512", "1048576"})
        public int count;

        /** IOMMU tables of the window. */
        @Param({"0", "1", "2"})
        public int groups;

        int calls;
        long chunkBytes;

        @Override
        public MachineConfig config() {
            return new MachineConfig().groups(groups).pages((long) calls(count) * count);
        }

        /** Cuts the window into chunks. */
        @Setup
        public void cut() {
            calls = calls(count);
            chunkBytes = (long) count << Machine.PAGE_SHIFT;
        }

        /** Maps a chunk. */
        long map(final long ioba) {
            long status = 0;
            for (int done = 0; done < count; done += MAX_LIST) {
                status |= vcpu.hPutTceIndirect(
                        Machine.FIRST_LIOBN,
                        ioba + ((long) done << Machine.PAGE_SHIFT),
                        Machine.LIST_GPA,
                        Math.min(count, MAX_LIST));
            }
            return status;
        }
    }

    /** How many calls a pass has: enough for the clock, and a window of 512 pages or more; one if that is long enough. */
    static int calls(final int count) {
        return count > MAX_LIST ? 1 : Math.max(MIN_CALLS, Machine.WINDOW_PAGES / count);
    }

    /** The limit: one fill. */
    @Benchmark
    public void setMemory(final Passes passes, final Bare bare) {
        final int call = passes.advance() & (bare.calls - 1);
        bare.buffer.setMemory(call * bare.bytes, bare.bytes, (byte) passes.mappingMask());
        if (call == bare.calls - 1) {
            passes.end(bare.calls);
        }
    }

    /** Ours, in real mode. */
    @Benchmark
    public long stuff(final Passes passes, final Window vm) {
        final int call = passes.advance() & (vm.calls - 1);
        final long ioba = call * vm.chunkBytes;
        final long status =
                passes.mappingMask() != 0 ? vm.map(ioba) : vm.vcpu.hStuffTce(Machine.FIRST_LIOBN, ioba, 0, vm.count);
        if (call == vm.calls - 1) {
            passes.end(vm.calls);
        }
        return status;
    }
}
