package io.vfiotce.bench.hcall;

import io.vfiotce.bench.Machine;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What do mapping a page that is not mapped and unmapping one that is cost, each for itself, against the exchange that the
 * IOMMU table needs for it? The pages of the window are walked in a random order that is always the same; the figures are the
 * quotients that {@link Passes} explains, and the score is their mean.
 *
 * <p>Expected: with one IOMMU table at most 2 exchanges each; mapping costs little more, for it counts and marks the page.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MapUnmapBenchmark {
    private static final int PAGES = Machine.WINDOW_PAGES;

    /** Every page of the window once, with a TCE. */
    @State(Scope.Thread)
    public static class Walk {
        final long[] iobas = permutation();
        final long[] tces = Machine.randomTces();

        private static long[] permutation() {
            final long[] iobas = LongStream.range(0, PAGES)
                    .map(page -> page << Machine.PAGE_SHIFT)
                    .toArray();
            final SplittableRandom random = new SplittableRandom(Machine.SEED);
            for (int i = PAGES - 1; i > 0; i--) {
                final int other = random.nextInt(i + 1);
                final long ioba = iobas[i];
                iobas[i] = iobas[other];
                iobas[other] = ioba;
            }
            return iobas;
        }
    }

    /** The limit: the same words exchanged at the same places. */
    @Benchmark
    public long exchanges(final Passes passes, final Walk walk, final PutBenchmark.Bare bare) {
        final int i = passes.advance() & (PAGES - 1);
        final long old = bare.buffer.getAndSetLong(
                (int) (walk.iobas[i] >>> (Machine.PAGE_SHIFT - 3)), walk.tces[i] & passes.mappingMask());
        if (i == PAGES - 1) {
            passes.end(PAGES);
        }
        return old;
    }

    /** Ours, in real mode. */
    @Benchmark
    public long mapUnmap(final Passes passes, final Walk walk, final PutBenchmark.Window vm) {
        final int i = passes.advance() & (PAGES - 1);
        final long status = vm.vcpu.hPutTce(Machine.FIRST_LIOBN, walk.iobas[i], walk.tces[i] & passes.mappingMask());
        if (i == PAGES - 1) {
            passes.end(PAGES);
        }
        return status;
    }
}
