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
 * What does a TCE of an H_PUT_TCE_INDIRECT of 512 cost in each layer, against a bounds-checked loop of 512 release stores?
 *
 * <p>Expected: real mode at most 3 such stores for reading, checking and storing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IndirectBenchmark {
    private static final int WORDS = Machine.WINDOW_PAGES;

    /** The limit: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        final UnsafeBuffer buffer = Buffers.window();
        long word;
    }

    /** The limit: 512 consecutive release stores. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public void releaseStores(final Bare bare) {
        final UnsafeBuffer buffer = bare.buffer;
        final long word = bare.word++;
        for (int i = 0; i < WORDS; i++) {
            buffer.putLongRelease(i << 3, word);
        }
    }

    /** Ours in real mode. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public long real(final Vms.Kernel vm) {
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, WORDS);
    }

    /** Ours in virtual mode alone. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public long virtual(final Vms.Kernel vm) {
        return vm.vcpu.virtualModeOnly(Hcall.H_PUT_TCE_INDIRECT, Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, WORDS);
    }

    /** Ours through the handler; per call, not per TCE. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long userspace(final Vms.Userspace vm) {
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, WORDS);
    }
}
