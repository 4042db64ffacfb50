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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What does the size of a window cost H_PUT_TCE, walked page by page and at 1,024 random places, beside a bare store of the
 * same walk? Windows are resident in leaves of 64 KiB.
 *
 * <p>Huge pages are off: leaves come from the C allocator, which asks for none, and the set-up refuses to run where the host gives
 * them unasked ({@link HugePages}).
 *
 * <p>Expected: a sequential walk of 2^27 pages, 1 GiB of words, at most 1.15 times one of 2^9, for the processor fetches
 * ahead; random places as the bare store, and a look-up of the window as long as there are more leaves than a vCPU remembers.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WindowBenchmark {
    /** Bare words of a window. */
    @State(Scope.Thread)
    public static class Bare {
        /** log2 of the pages. */
        @Param({"9", "12", "15", "18", "21", "24", "27"})
        public int log2Pages;

        UnsafeBuffer buffer;
        int lastPage;
        int next;
        long[] randomIobas;

        /** Makes them. */
        @Setup
        public void setup() {
            lastPage = (1 << log2Pages) - 1;
            buffer = Buffers.window(lastPage + 1);
            randomIobas = Machine.randomIobas(lastPage + 1, Machine.PAGE_SHIFT);
            HugePages.requireNone();
        }
    }

    /** A VM of one window. */
    public static class Window extends Vms.Started {
        /** log2 of the pages. */
        @Param({"9", "12", "15", "18", "21", "24", "27"})
        public int log2Pages;

        int lastPage;
        int next;
        long[] randomIobas;

        @Override
        public MachineConfig config() {
            return new MachineConfig().pages(1L << log2Pages);
        }

        @Override
        public void setup() {
            super.setup();
            lastPage = (1 << log2Pages) - 1;
            randomIobas = Machine.randomIobas(lastPage + 1, Machine.PAGE_SHIFT);
            HugePages.requireNone();
        }
    }

    /** The limit, page by page. */
    @Benchmark
    public void bareSequential(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        bare.buffer.putLong((bare.next++ & bare.lastPage) << 3, pairs.tces[i]);
    }

    /** The limit at random places. */
    @Benchmark
    public void bareRandom(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        bare.buffer.putLong((int) (bare.randomIobas[i] >>> (Machine.PAGE_SHIFT - 3)), pairs.tces[i]);
    }

    /** Ours in real mode, page by page. */
    @Benchmark
    public long sequential(final Vms.Pairs pairs, final Window vm) {
        final int i = pairs.advance();
        final long ioba = (long) (vm.next++ & vm.lastPage) << Machine.PAGE_SHIFT;
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, ioba, pairs.tces[i]);
    }

    /** Ours in real mode, at random places. */
    @Benchmark
    public long random(final Vms.Pairs pairs, final Window vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, vm.randomIobas[i], pairs.tces[i]);
    }
}
