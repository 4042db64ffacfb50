package io.vfiotce.bench;

import io.vfiotce.kvm.Vcpu;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does a hypercall cost when IOMMU tables of VFIO groups are attached to its window, against the atomic exchanges that
 * it cannot do without?
 *
 * <p>Expected: mapping and unmapping at most 2.5 exchanges with one group, at most 4 with two; an INDIRECT of 512 no more
 * per TCE than a PUT.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GroupBenchmark {
    private static final int PAGES = Machine.WINDOW_PAGES;

    /** The limit: two buffers of the window's size. */
    @State(Scope.Thread)
    public static class Bare {
        final UnsafeBuffer first = Buffers.window();
        final UnsafeBuffer second = Buffers.window();
    }

    /** A VM of one window with IOMMU tables attached. */
    @State(Scope.Thread)
    public static class Attached {
        @Param({"1", "2"})
        int groups;

        Vcpu vcpu;
        private Machine machine;

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new Machine(1, new BackoffIdleStrategy(), groups).start();
            vcpu = machine.vcpu;
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** The limit with one group. */
    @Benchmark
    public long exchange(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        return bare.first.getAndSetLong((int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3)), pairs.tces[i]);
    }

    /** The limit with two groups. */
    @Benchmark
    public long exchangeTwice(final Vms.Pairs pairs, final Bare bare) {
        final int i = pairs.advance();
        final int index = (int) (pairs.iobas[i] >>> (Machine.PAGE_SHIFT - 3));
        return bare.first.getAndSetLong(index, pairs.tces[i]) + bare.second.getAndSetLong(index, pairs.tces[i]);
    }

    /** H_PUT_TCE of pages that are mapped already. */
    @Benchmark
    public long put(final Vms.Pairs pairs, final Attached vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** H_PUT_TCE that maps a page, and one that unmaps it; per call. */
    @Benchmark
    @OperationsPerInvocation(2)
    public long mapUnmap(final Vms.Pairs pairs, final Attached vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i])
                + vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], 0);
    }

    /** H_PUT_TCE_INDIRECT of 512; per TCE. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long indirect(final Attached vm) {
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, PAGES);
    }

    /** H_PUT_TCE_INDIRECT of 512 and the H_STUFF_TCE that unmaps them; per TCE and call. */
    @Benchmark
    @OperationsPerInvocation(2 * PAGES)
    public long indirectStuff(final Attached vm) {
        return vm.vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, PAGES)
                + vm.vcpu.hStuffTce(Machine.FIRST_LIOBN, 0, 0, PAGES);
    }
}
