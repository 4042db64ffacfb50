package io.vfiotce.bench.peer;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.Vms;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2LongHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What does H_PUT_TCE cost in real mode, against what a JVM user would write: maps from page to TCE, and an array of words
 * found by LIOBN with the same checks?
 *
 * <p>Expected: at most 0.4 of the fastest map and 0.7 of the checked array with volatile stores; the checked array with release
 * stores has no goal, as it does for a put what ours does.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MapPeerBenchmark {
    private static final int EXERCISE_ROUNDS = 20_000;
    private static final long NOTHING = Long.MIN_VALUE;

    /** Maps from page to TCE. */
    @State(Scope.Thread)
    public static class Maps {
        final ConcurrentHashMap<Long, Long> concurrent = new ConcurrentHashMap<>();
        final Map<Long, Long> tree = new TreeMap<>();
        final Long2LongHashMap primitive = new Long2LongHashMap(NOTHING);
    }

    /** Windows with checks; each error has happened before anything is measured. */
    @State(Scope.Thread)
    public static class Checked {
        final CheckedWindows windows = new CheckedWindows(new CheckedWindows.Ram(0, Machine.RAM_BYTES));

        /** Adds the window and exercises every branch, the errors as rarely as a guest makes them. */
        @Setup
        public void setup() {
            windows.add(Machine.FIRST_LIOBN, Machine.PAGE_SHIFT, 0, Machine.WINDOW_PAGES);
            for (int i = 0; i < EXERCISE_ROUNDS; i++) {
                final long ioba = (long) (i % Machine.WINDOW_PAGES) << Machine.PAGE_SHIFT;
                put(Machine.FIRST_LIOBN, ioba, (i & 3) == 0 ? 0 : ioba | 3);
                if (i % 64 == 0) {
                    put(1, ioba, 3);
                    put(Machine.FIRST_LIOBN, ioba + 1, 3);
                    put(Machine.FIRST_LIOBN, -1L << Machine.PAGE_SHIFT, 3);
                    put(Machine.FIRST_LIOBN, ioba, 0x803);
                    put(Machine.FIRST_LIOBN, ioba, Machine.RAM_BYTES | 3);
                }
            }
        }

        private void put(final long liobn, final long ioba, final long tce) {
            windows.set(liobn, ioba, tce);
            windows.lazySet(liobn, ioba, tce);
        }
    }

    /** A concurrent map of boxed numbers. */
    @Benchmark
    public Long concurrentHashMap(final Vms.Pairs pairs, final Maps maps) {
        final int i = pairs.advance();
        return maps.concurrent.put(pairs.iobas[i] >>> Machine.PAGE_SHIFT, pairs.tces[i]);
    }

    /** A sorted map of boxed numbers under a lock. */
    @Benchmark
    public Long synchronizedTreeMap(final Vms.Pairs pairs, final Maps maps) {
        final int i = pairs.advance();
        synchronized (maps.tree) {
            return maps.tree.put(pairs.iobas[i] >>> Machine.PAGE_SHIFT, pairs.tces[i]);
        }
    }

    /** A map of primitive numbers under a lock. */
    @Benchmark
    public long lockedLong2LongHashMap(final Vms.Pairs pairs, final Maps maps) {
        final int i = pairs.advance();
        synchronized (maps.primitive) {
            return maps.primitive.put(pairs.iobas[i] >>> Machine.PAGE_SHIFT, pairs.tces[i]);
        }
    }

    /** The checked array with volatile stores. */
    @Benchmark
    public long atomicArraySet(final Vms.Pairs pairs, final Checked checked) {
        final int i = pairs.advance();
        return checked.windows.set(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** The checked array with release stores. */
    @Benchmark
    public long atomicArrayLazySet(final Vms.Pairs pairs, final Checked checked) {
        final int i = pairs.advance();
        return checked.windows.lazySet(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** Ours, in real mode. */
    @Benchmark
    public long ours(final Vms.Pairs pairs, final Vms.Kernel vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }
}
