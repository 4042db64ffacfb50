package io.vfiotce.bench;

import io.vfiotce.papr.Hcall;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does H_GET_TCE cost in each layer?
 *
 * <p>Expected: as H_PUT_TCE, less the check of the TCE.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GetTceBenchmark {
    /** Ours in real mode. */
    @Benchmark
    public long real(final Vms.Pairs pairs, final Vms.Kernel vm) {
        return vm.vcpu.hGetTce(Machine.FIRST_LIOBN, pairs.iobas[pairs.advance()]) + vm.vcpu.r4();
    }

    /** Ours in virtual mode alone. */
    @Benchmark
    public long virtual(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final long ioba = pairs.iobas[pairs.advance()];
        return vm.vcpu.virtualModeOnly(Hcall.H_GET_TCE, Machine.FIRST_LIOBN, ioba, 0, 0) + vm.vcpu.r4();
    }

    /** Ours through the handler. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long userspace(final Vms.Pairs pairs, final Vms.Userspace vm) {
        return vm.vcpu.hGetTce(Machine.FIRST_LIOBN, pairs.iobas[pairs.advance()]);
    }
}
