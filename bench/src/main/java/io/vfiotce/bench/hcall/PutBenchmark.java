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
import org.openjdk.jmh.annotations.State;

/**
 * What does H_PUT_TCE cost with no, one and two IOMMU tables, against a bare bounds-checked store, and against the atomic
 * exchange that a table cannot do without? Pages that are mapped are mapped again, at random places.
 *
 * <p>Expected: with no table at most 3 bare stores; with one at most 2 exchanges, with two about the double of that.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PutBenchmark {
    /** The limits: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        final UnsafeBuffer buffer = Buffers.window();
    }

    /** A VM of one window. */
    public static class Window extends Vms.Started {
        /** IOMMU tables of the window. */
        @Param({"0", "1", "2"})
        public int groups;

        @Override
        public MachineConfig config() {
            return new MachineConfig().groups(groups);
        }
    }

    /** The limit without IOMMU tables: the store itself. */
    @Benchmark
    public void bareStore(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        bare.buffer.putLong((int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3)), pairs.tces[i]);
    }

    /** The limit with one IOMMU table: an exchange that nobody else wants to do. */
    @Benchmark
    public long exchange(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        return bare.buffer.getAndSetLong((int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3)), pairs.tces[i]);
    }

    /** Ours, in real mode. */
    @Benchmark
    public long remap(final Vms.Pairs pairs, final Window vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }
}
