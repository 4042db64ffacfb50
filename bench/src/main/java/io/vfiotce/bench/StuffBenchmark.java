package io.vfiotce.bench;

import io.vfiotce.papr.Hcall;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What does a TCE of an H_STUFF_TCE of 512 zeros cost in each layer, against setMemory of the same bytes?
 *
 * <p>Expected: real mode at most 1.5 times the fill.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StuffBenchmark {
    private static final int PAGES = Machine.WINDOW_PAGES;

    /** The limit: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        final UnsafeBuffer buffer = Buffers.window();
    }

    /** The limit: one fill. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void setMemory(final Bare bare) {
        bare.buffer.setMemory(0, PAGES * Long.BYTES, (byte) 0);
    }

    /** Ours in real mode. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long real(final Vms.Kernel vm) {
        return vm.vcpu.hStuffTce(Machine.FIRST_LIOBN, 0, 0, PAGES);
    }

    /** Ours in virtual mode alone. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long virtual(final Vms.Kernel vm) {
        return vm.vcpu.virtualModeOnly(Hcall.H_STUFF_TCE, Machine.FIRST_LIOBN, 0, 0, PAGES);
    }

    /** Ours through the handler; per call, not per TCE. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long userspace(final Vms.Userspace vm) {
        return vm.vcpu.hStuffTce(Machine.FIRST_LIOBN, 0, 0, PAGES);
    }
}
