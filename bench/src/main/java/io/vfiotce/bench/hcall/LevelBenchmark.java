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
 * What do the levels of an IOMMU table cost H_PUT_TCE? Host pages are of 4 KiB, so that a table can have up to 4 levels of at
 * least 512 entries; no table can have 5, for 5 x 9 bits of entries and 12 of a page are more than the 55 that the hardware has.
 *
 * <p>Expected: nothing near the last places, whose addresses a vCPU remembers; one dependent load for each level at random
 * places of a window of 2^20 pages, of which it remembers too little.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LevelBenchmark {
    /** Pages of the window that a vCPU cannot remember. */
    static final long FAR_PAGES = 1L << 20;

    private static final int HOST_PAGE_SHIFT = 12;

    /** A VM of one window of 512 pages. */
    public static class Near extends Vms.Started {
        /** Levels of the IOMMU table. */
        @Param({"1", "2", "3", "4"})
        public int levels;

        @Override
        public MachineConfig config() {
            return new MachineConfig()
                    .groups(1)
                    .hostPageShift(HOST_PAGE_SHIFT)
                    .levels(levels)
                    .pages(pages());
        }

        long pages() {
            return Machine.WINDOW_PAGES;
        }
    }

    /** A VM of one window of 2^20 pages. */
    public static class Far extends Near {
        final long[] iobas = Machine.randomIobas(FAR_PAGES, Machine.PAGE_SHIFT);

        @Override
        long pages() {
            return FAR_PAGES;
        }
    }

    /** Ours at remembered places, in real mode. */
    @Benchmark
    public long put(final Vms.Pairs pairs, final Near vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** Ours at random places, in real mode. */
    @Benchmark
    public long putFar(final Vms.Pairs pairs, final Far vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, vm.iobas[i], pairs.tces[i]);
    }
}
