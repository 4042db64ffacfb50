package io.vfiotce.bench.hcall;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.MachineConfig;
import io.vfiotce.bench.Vms;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/**
 * What does the number of memslots that the guest's memory consists of cost H_PUT_TCE of random TCEs? The guest has 64 MiB, cut
 * into equal parts.
 *
 * <p>Expected: a vCPU remembers one memslot; with more, nearly every TCE is in another, and is searched for. 64 cost at
 * most twice 8, and with an IOMMU table the region is searched for too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemslotBenchmark {
    /** A VM of one window. */
    public static class Window extends Vms.Started {
        /** How many memslots there are. */
        @Param({"1", "8", "64"})
        public int memslots;

        /** IOMMU tables of the window. */
        @Param({"0", "1"})
        public int groups;

        @Override
        public MachineConfig config() {
            return new MachineConfig().groups(groups).memslots(memslots);
        }
    }

    /** Ours, in real mode. */
    @Benchmark
    public long put(final Vms.Pairs pairs, final Window vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }
}
