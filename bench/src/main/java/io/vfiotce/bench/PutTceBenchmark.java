package io.vfiotce.bench;

import io.vfiotce.papr.Hcall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What does H_PUT_TCE cost in each layer, against a bare bounds-checked store of the same word at the same place, and
 * against the map that a JVM user would write?
 *
 * <p>Expected: real mode at most 4 bare stores, virtual mode little more, userspace a round trip between two threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PutTceBenchmark {
    /** The limit: a buffer of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        final UnsafeBuffer buffer = Buffers.window();
    }

    /** The map that a JVM user would write. */
    @State(Scope.Thread)
    public static class SynchronizedMap {
        final Map<Long, Long> window = new HashMap<>();
    }

    /** The limit: the store itself. */
    @Benchmark
    public void bareStore(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        bare.buffer.putLong((int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3)), pairs.tces[i]);
    }

    /** Ours in real mode. */
    @Benchmark
    public long real(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** Ours in real mode, by the entry that takes the hypercall's number. */
    @Benchmark
    public long realByNumber(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.hcall(Hcall.H_PUT_TCE, Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i], 0);
    }

    /** Ours in virtual mode alone. */
    @Benchmark
    public long virtual(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.virtualModeOnly(Hcall.H_PUT_TCE, Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i], 0);
    }

    /** Ours through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long userspace(final Vms.Pairs pairs, final Vms.Userspace vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** The peer: a locked map from page to TCE. */
    @Benchmark
    public Long synchronizedHashMap(final Vms.Pairs pairs, final SynchronizedMap map) {
        final int i = pairs.advance();
        synchronized (map.window) {
            return map.window.put(pairs.iobas[i] >>> Machine.PAGE_SHIFT, pairs.tces[i]);
        }
    }
}
