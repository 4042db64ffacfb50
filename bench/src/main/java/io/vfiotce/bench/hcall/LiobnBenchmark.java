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
 * What does finding the window cost H_PUT_TCE as their number grows: for one that is called all the time, and for 1,024 random
 * ones? Only the windows that are called have words; the others are there to be searched.
 *
 * <p>Expected: a hot LIOBN among 65,536 at most 1.1 times one alone; random among 64 at most 1.5 times alone, among 65,536 at most
 * 2.5 times, for a vCPU remembers where 8,192 stretches lie, and their words and those of 1,024 windows fill the caches.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LiobnBenchmark {
    /** A VM of some windows, and the LIOBNs that are called. */
    public static class Tables extends Vms.Started {
        /** How many windows there are. */
        @Param({"1", "64", "4096", "65536"})
        public int tables;

        long[] randomLiobns;
        // All the same. A constant would be part of the compiled code, which no guest's LIOBN is.
        long[] hotLiobns;

        @Override
        public MachineConfig config() {
            return new MachineConfig().tables(tables);
        }

        /** Draws the LIOBNs: of all windows, and of one. */
        @Setup
        public void draw() {
            randomLiobns = Machine.randomLiobns(tables);
            hotLiobns = Machine.randomLiobns(1);
        }
    }

    /** The same LIOBN in every call, in real mode. */
    @Benchmark
    public long hot(final Vms.Pairs pairs, final Tables vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(vm.hotLiobns[i], pairs.iobas[i], pairs.tces[i]);
    }

    /** A random LIOBN in every call, in real mode. */
    @Benchmark
    public long random(final Vms.Pairs pairs, final Tables vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(vm.randomLiobns[i], pairs.iobas[i], pairs.tces[i]);
    }
}
