package io.vfiotce.bench.hcall;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.Vms;
import io.vfiotce.papr.Hcall;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does a hypercall cost by the entry that takes its number, in virtual mode alone, and through the handler, beside real
 * mode ({@link PutBenchmark}, {@link GetBenchmark}, {@link IndirectBenchmark}, {@link StuffBenchmark})? A score is of one
 * call; of 512 pages where it is of many.
 *
 * <p>Expected: by number a nanosecond more, virtual mode a few, for it looks the window up in every call; the handler costs a
 * round trip between two threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayerBenchmark {
    private static final int PAGES = Machine.WINDOW_PAGES;

    /** H_PUT_TCE in real mode, by number. */
    @Benchmark
    public long putByNumber(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.hcall(Hcall.H_PUT_TCE, Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i], 0);
    }

    /** H_PUT_TCE in virtual mode. */
    @Benchmark
    public long putVirtual(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.virtualModeOnly(Hcall.H_PUT_TCE, Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i], 0);
    }

    /** H_GET_TCE in virtual mode. */
    @Benchmark
    public long getVirtual(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final long ioba = pairs.iobas[pairs.advance()];
        return vm.vcpu.virtualModeOnly(Hcall.H_GET_TCE, Machine.FIRST_LIOBN, ioba, 0, 0) + vm.vcpu.r4();
    }

    /** H_PUT_TCE_INDIRECT in virtual mode. */
    @Benchmark
    public long indirectVirtual(final Vms.Kernel vm) {
        return vm.vcpu.virtualModeOnly(Hcall.H_PUT_TCE_INDIRECT, Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, PAGES);
    }

    /** H_STUFF_TCE of zeros in virtual mode. */
    @Benchmark
    public long stuffVirtual(final Vms.Kernel vm) {
        return vm.vcpu.virtualModeOnly(Hcall.H_STUFF_TCE, Machine.FIRST_LIOBN, 0, 0, PAGES);
    }

    /** H_PUT_TCE through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long putUserspace(final Vms.Pairs pairs, final Vms.Userspace vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** H_GET_TCE through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long getUserspace(final Vms.Pairs pairs, final Vms.Userspace vm) {
        return vm.vcpu.hGetTce(Machine.FIRST_LIOBN, pairs.iobas[pairs.advance()]);
    }

    /** H_PUT_TCE_INDIRECT through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long indirectUserspace(final Vms.Userspace vm) {
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, PAGES);
    }

    /** H_STUFF_TCE of zeros through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long stuffUserspace(final Vms.Userspace vm) {
        return vm.vcpu.hStuffTce(Machine.FIRST_LIOBN, 0, 0, PAGES);
    }
}
