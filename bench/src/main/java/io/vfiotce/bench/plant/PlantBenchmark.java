package io.vfiotce.bench.plant;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.MachineConfig;
import io.vfiotce.bench.Vms;
import io.vfiotce.papr.HStatus;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Does the gate find what was planted? A pass of {@link Plant#PASS} operations has so many more as slowdown is planted, which is
 * exact at any speed.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlantBenchmark {
    private static final int MAX_SPINS = 10;
    private static final int MAX_YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 50_000_000;

    /** A number, and how often to go on from it. */
    @State(Scope.Thread)
    public static class Numbers {
        final int operations = Plant.read().operations();
        long value = Machine.SEED;
    }

    /** A cycle through 256 KiB in random order. */
    @State(Scope.Thread)
    public static class Cycle {
        private static final int ENTRIES = 1 << 16;

        final int operations = Plant.read().operations();
        final int[] next = cycle();
        int at;

        /** A permutation of one cycle (Sattolo 1986). */
        private static int[] cycle() {
            final SplittableRandom random = new SplittableRandom(Machine.SEED);
            final int[] next = new int[ENTRIES];
            for (int i = 0; i < ENTRIES; i++) {
                next[i] = i;
            }
            for (int i = ENTRIES - 1; i > 0; i--) {
                final int other = random.nextInt(i);
                final int moved = next[i];
                next[i] = next[other];
                next[other] = moved;
            }
            return next;
        }
    }

    /** A VM whose handler, of which nothing is asked, soon looks so seldom whether there is something that it disturbs nobody. */
    public static class Quiet extends Vms.Started {
        @Override
        public MachineConfig config() {
            return new MachineConfig()
                    .handlerIdle(new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS));
        }
    }

    /** A window of mapped pages, and which to ask for next. */
    @State(Scope.Thread)
    public static class Chain {
        final int operations = Plant.read().operations();
        long value = Machine.SEED;

        /** Maps the window's pages. */
        @Setup
        public void map(final Quiet vm) {
            for (int page = 0; page < Machine.WINDOW_PAGES; page++) {
                final long status =
                        vm.vcpu.hPutTce(Machine.FIRST_LIOBN, (long) page << Machine.PAGE_SHIFT, Machine.tce(page));
                if (status != HStatus.H_SUCCESS) {
                    throw new IllegalStateException("page " + page + " is refused: " + status);
                }
            }
        }
    }

    /** When to allocate, and where to. */
    @State(Scope.Thread)
    public static class Objects {
        final int every = Plant.read().allocateEvery();
        int calls;
        Object last;
    }

    /** Where a call ends: in one class, or in several by turns. */
    @State(Scope.Thread)
    public static class Callees {
        // Each is a good part of the loop around it: were it next to nothing, nor would be its loss.
        private static final List<LongUnaryOperator> ALL = List.of(
                x -> mixed(mixed(x) + 1), x -> mixed(mixed(x) ^ 2), x -> mixed(mixed(x) - 3), x -> mixed(mixed(x) | 4));

        final LongUnaryOperator[] turns = new LongUnaryOperator[ALL.size()];
        long value;

        /** Takes as many as are planted. */
        public Callees() {
            final int different = Plant.read().callees();
            for (int i = 0; i < turns.length; i++) {
                turns[i] = ALL.get(i % different);
            }
        }
    }

    /** Arithmetic: each operation waits for the one before (xorshift, Marsaglia 2003). */
    @Benchmark
    public long arithmetic(final Numbers numbers) {
        long x = numbers.value;
        for (int i = numbers.operations; i > 0; i--) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        numbers.value = x;
        return x;
    }

    /** Memory: each load says where the next one is. */
    @Benchmark
    public int memory(final Cycle cycle) {
        int at = cycle.at;
        for (int i = cycle.operations; i > 0; i--) {
            at = cycle.next[at];
        }
        cycle.at = at;
        return at;
    }

    /**
     * Hypercalls: H_GET_TCE in real mode, of a page that a hash of the last answer names. Like the other two it waits for the
     * operation before, so it does not matter much who has the other half of the processor's core.
     */
    @Benchmark
    public long hypercall(final Chain chain, final Quiet vm) {
        long value = chain.value;
        long statuses = 0;
        for (int i = chain.operations; i > 0; i--) {
            statuses += vm.vcpu.hGetTce(Machine.FIRST_LIOBN, ioba(value));
            value = mixed(value + vm.vcpu.r4());
        }
        chain.value = value;
        return value + statuses;
    }

    static long ioba(final long value) {
        return value & (Machine.WINDOW_PAGES - 1L) << Machine.PAGE_SHIFT;
    }

    /** Mixes all bits (Stafford 2011, variant 13). */
    static long mixed(final long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Allocates an object every so many calls, or never. */
    @Benchmark
    public int allocation(final Objects objects) {
        objects.calls++;
        if (objects.calls == objects.every) {
            objects.calls = 0;
            objects.last = new Object();
        }
        return objects.calls;
    }

    /** A call that is inlined if it always ends in the same class. */
    @Benchmark
    public long inlining(final Callees callees) {
        final long value = callees.value + 1;
        callees.value = value;
        return callees.turns[(int) value & (callees.turns.length - 1)].applyAsLong(value);
    }
}
