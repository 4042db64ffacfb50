package io.vfiotce.bench.dma;

import io.vfiotce.bench.DmaMachine;
import io.vfiotce.bench.Machine;
import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.memory.RawMemory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
 * What does a device's read of many bytes cost beside the copy of the same bytes from the same places, and what a list of
 * where they lie beside asking for each page?
 *
 * <p>Pages are of 4 KiB, and what is next to each other on the bus is not in memory. Reads start at random multiples of their
 * size, so one of up to 4 KiB lies in one page and one of 64 KiB in 16.
 *
 * <p>Expected: 8 bytes at most 2 bare copies, 4 KiB and more at most 1.1; a list of 64 pages at most 2.5 times the
 * translations of its pages, for it is counted before it is written.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TransferBenchmark {
    static final int PAIRS = Machine.PAIRS;
    private static final int PAGE_BYTES = 1 << Machine.PAGE_SHIFT;
    private static final long SEED = Machine.SEED;
    private static final int MOST_SEGMENTS = 64;

    /** The device, and random places of a size. */
    private abstract static class Places {
        final DmaMachine machine;
        final DmaContext device;
        final long buffer;
        private long[] iobas;
        private int next;

        Places(final DmaMachine machine) {
            this.machine = machine;
            device = machine.hinted;
            buffer = machine.bufferAddress();
        }

        final void draw(final long sizeBytes) {
            final long windowBytes = (long) DmaMachine.PAGES << Machine.PAGE_SHIFT;
            iobas = new SplittableRandom(SEED)
                    .longs(PAIRS, 0, windowBytes / sizeBytes)
                    .map(place -> place * sizeBytes)
                    .toArray();
        }

        final long advance() {
            return iobas[next++ & PAIRS - 1];
        }

        /** Makes the next place the last one again. */
        final void back() {
            next--;
        }
    }

    /** Reads of one size. */
    @State(Scope.Thread)
    public static class Reads extends Places {
        /** Bytes of a read. */
        @Param({"8", "64", "512", "4096", "65536"})
        public int bytes;

        /** Sets a machine up. */
        public Reads() {
            this(new DmaMachine().start());
        }

        Reads(final DmaMachine machine) {
            super(machine);
        }

        /** Draws the places. */
        @Setup
        public void setup() {
            draw(bytes);
        }

        /** Stops the machine. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** Lists of one size. */
    @State(Scope.Thread)
    public static class Lists extends Places {
        /** Pages of a list. */
        @Param({"1", "16", "64"})
        public int pages;

        /** Sets a machine up. */
        public Lists() {
            super(new DmaMachine().start());
        }

        /** Draws the places. */
        @Setup
        public void setup() {
            draw((long) pages << Machine.PAGE_SHIFT);
        }

        /** Stops the machine. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** The limit: the copies alone, page by page. */
    @Benchmark
    public long bareCopy(final Reads reads) {
        final long ioba = reads.advance();
        for (int done = 0; done < reads.bytes; done += PAGE_BYTES) {
            RawMemory.copy(
                    null,
                    reads.machine.address(ioba + done),
                    null,
                    reads.buffer + done,
                    Math.min(reads.bytes, PAGE_BYTES));
        }
        return ioba;
    }

    /** A device's read. */
    @Benchmark
    public int read(final Reads reads) {
        return reads.device.read(reads.advance(), reads.buffer, reads.bytes);
    }

    /** What an embedder without lists does: asks for each page. */
    @Benchmark
    public long translateEach(final Lists lists) {
        final DmaContext device = lists.device;
        final long ioba = lists.advance();
        final long length = (long) lists.pages << Machine.PAGE_SHIFT;
        long sum = 0;
        device.begin();
        for (long done = 0; done < length; done += device.lengthBytes()) {
            if (device.translate(ioba + done, length - done, DmaAccess.READ) != DmaStatus.OK) {
                return -1;
            }
            sum += device.address();
        }
        device.end();
        return sum;
    }

    /** A list of where the pages lie. */
    @Benchmark
    public int scatter(final Lists lists) {
        return lists.device.scatter(
                lists.advance(), (long) lists.pages << Machine.PAGE_SHIFT, DmaAccess.READ, lists.buffer, MOST_SEGMENTS);
    }
}
