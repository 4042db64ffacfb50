package io.vfiotce.bench;

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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does a device's access cost beside the load itself, at the same random places of the same memory?
 *
 * <p>One access for each invocation: a translation and the load that it is for. The bracket of begin and end, which an embedder
 * puts around many accesses or around one, has a row of its own.
 *
 * <p>Expected: with a hint at most 1.6 bare loads, without one at most 4; 64 bytes over the end of a page at most 2.5 times
 * 64 bytes inside.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DmaBenchmark {
    private static final int READ_BYTES = 64;

    /** The machine, and 1,024 random places: so few that they do not push out what is measured. */
    @State(Scope.Thread)
    public static class Devices {
        final DmaMachine machine = new DmaMachine();
        // Not in the last page: an access may go on into the next one.
        final long[] pages = new SplittableRandom(Machine.SEED)
                .longs(Machine.PAIRS, 0, DmaMachine.PAGES - 1)
                .map(page -> page << Machine.PAGE_SHIFT)
                .toArray();
        final long[] words = new SplittableRandom(Machine.SEED + 1)
                .longs(Machine.PAIRS, 0, DmaMachine.BYTES / Long.BYTES)
                .map(word -> word * Long.BYTES)
                .toArray();
        private int next;

        /** Checks the places before anything is measured. */
        @Setup
        public void setup() {
            machine.start();
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }

        long word() {
            return words[next++ & (Machine.PAIRS - 1)];
        }

        long page() {
            return pages[next++ & (Machine.PAIRS - 1)];
        }
    }

    /** The limit: the load alone, as a JVM user writes it. */
    @Benchmark
    public long bareLoad(final Devices devices) {
        return devices.machine.memory().getLong(DmaMachine.offset(devices.word()));
    }

    /** Guest view, with a hint. */
    @Benchmark
    public long hintLoad(final Devices devices) {
        return load(devices.machine.hinted, devices.word());
    }

    /** Hardware view, with a hint. */
    @Benchmark
    public long hardwareHintLoad(final Devices devices) {
        return load(devices.machine.hardware, devices.word());
    }

    /** Guest view, without hints: one level. */
    @Benchmark
    public long walkLoad(final Devices devices) {
        return load(devices.machine.walking, devices.word());
    }

    /** Hardware view, without hints: one level. */
    @Benchmark
    public long hardwareWalkLoad(final Devices devices) {
        return load(devices.machine.walkingHardware, devices.word());
    }

    private static long load(final DmaContext dma, final long ioba) {
        final int status = dma.translate(ioba, Long.BYTES, DmaAccess.READ);
        return status == DmaStatus.OK ? RawMemory.longAcquire(dma.address()) : status;
    }

    /** Guest view, with a hint, and a bracket around the one access. */
    @Benchmark
    public long bracketLoad(final Devices devices) {
        final DmaContext dma = devices.machine.hinted;
        dma.begin();
        final long word = load(dma, devices.word());
        dma.end();
        return word;
    }

    /** The word load that embedders call. */
    @Benchmark
    public long load64(final Devices devices) {
        final DmaContext dma = devices.machine.hinted;
        return dma.load64(devices.word()) == DmaStatus.OK ? dma.value() : 1;
    }

    /** 64 bytes inside a page. */
    @Benchmark
    public long readInside(final Devices devices) {
        return read(devices, (1 << Machine.PAGE_SHIFT - 1) - READ_BYTES / 2);
    }

    /** 64 bytes, half of them in the next page, which lies elsewhere. */
    @Benchmark
    public long readAcross(final Devices devices) {
        return read(devices, (1 << Machine.PAGE_SHIFT) - READ_BYTES / 2);
    }

    private static long read(final Devices devices, final int offset) {
        return devices.machine.hinted.read(devices.page() + offset, devices.machine.bufferAddress(), READ_BYTES);
    }
}
