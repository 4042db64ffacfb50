package io.vfiotce.bench;

import io.vfiotce.kvm.Vcpu;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does finding the table cost as their number grows? The row is H_PUT_TCE in real mode.
 *
 * <p>Expected: one hot LIOBN among 4,096 costs what it costs alone; a random one among 64 at most twice that, for its data
 * is 64 times as large.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LiobnLookupBenchmark {
    /** A VM of some windows, and the LIOBNs that are called. */
    @State(Scope.Thread)
    public static class Tables {
        /** How many windows there are. */
        @Param({"1", "64", "4096"})
        int tables;

        Vcpu vcpu;
        long[] randomLiobns;
        private Machine machine;

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new Machine(tables, new BackoffIdleStrategy()).start();
            vcpu = machine.vcpu;
            randomLiobns = Machine.randomLiobns(tables);
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** The same LIOBN at every call. */
    @Benchmark
    public long hot(final Vms.Pairs pairs, final Tables vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** A LIOBN of 1,024 random ones at every call. */
    @Benchmark
    public long random(final Vms.Pairs pairs, final Tables vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(vm.randomLiobns[i], pairs.iobas[i], pairs.tces[i]);
    }
}
