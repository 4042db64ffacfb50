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
import org.openjdk.jmh.annotations.Setup;

/**
 * Does the size of an I/O page matter to H_PUT_TCE? Pages of 4 KiB, 64 KiB and 16 MiB, the IOMMU table's as large as the
 * window's; the guest has 1 GiB.
 *
 * <p>Expected: no; the shift is a number like another.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PageShiftBenchmark {
    private static final long RAM_BYTES = 1L << 30;

    /** A VM of one window of 512 pages, and inputs for it. */
    public static class Window extends Vms.Started {
        /** log2 of the bytes of a page. */
        @Param({"12", "16", "24"})
        public int pageShift;

        /** IOMMU tables of the window. */
        @Param({"0", "1"})
        public int groups;

        long[] iobas;
        long[] tces;

        @Override
        public MachineConfig config() {
            return new MachineConfig().pageShift(pageShift).groups(groups).ramBytes(RAM_BYTES);
        }

        /** Draws the inputs. */
        @Setup
        public void draw() {
            iobas = Machine.randomIobas(Machine.WINDOW_PAGES, pageShift);
            tces = Machine.randomTces(RAM_BYTES, pageShift);
        }
    }

    /** Ours, in real mode. */
    @Benchmark
    public long put(final Vms.Pairs pairs, final Window vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, vm.iobas[i], vm.tces[i]);
    }
}
