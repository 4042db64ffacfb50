package io.vfiotce.bench.hcall;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.Vms;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What does H_GET_TCE cost? IOMMU tables do not matter to it.
 *
 * <p>Expected: as H_PUT_TCE without IOMMU tables, less the check of the TCE, more the way to the window.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GetBenchmark {
    /** Ours, in real mode. */
    @Benchmark
    public long get(final Vms.Pairs pairs, final Vms.Kernel vm) {
        return vm.vcpu.hGetTce(Machine.FIRST_LIOBN, pairs.iobas[pairs.advance()]) + vm.vcpu.r4();
    }
}
