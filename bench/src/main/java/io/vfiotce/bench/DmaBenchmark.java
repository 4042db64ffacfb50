package io.vfiotce.bench;

import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.memory.RawMemory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does a device's access cost beside the load itself, at the same random places of the same memory: 1,024 pages of 4 KiB or of 64 KiB?
 *
 * <p>Each access is bracketed by begin and end, as an embedder does it. In the rows called {@code next} a place depends on the word
 * loaded before it, as when a device follows descriptors: there the time that a load takes counts, elsewhere how many are under way
 * at once.
 *
 * <p>Expected: with a hint at most 1.6 bare loads, without one at most 4; 64 bytes over the end of a page at most 2.5 times
 * 64 bytes inside.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DmaBenchmark {
    private static final int ACCESSES = 512;
    private static final int READ_BYTES = 64;
    // Not the last page: an access may go on into the next one.
    private static final int READ_PAGES = DmaMachine.PAGES / 2;

    /** The machine and a walk of random places that needs no memory of its own. */
    @State(Scope.Thread)
    public static class Devices {
        @Param({"12", "16"})
        int pageShift;

        DmaMachine machine;
        long wordMask;
        long target;
        private long random = 20_261_122L;

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new DmaMachine(pageShift);
            wordMask = machine.bytes - Long.BYTES;
            target = machine.bufferAddress();
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    private static long next(final long random) {
        return random * 0x5851_F42D_4C95_7F2DL + 0x1405_7B7E_F767_814FL;
    }

    private static long place(final long random, final long wordMask) {
        return random >>> 33 & wordMask;
    }

    /** The limit: the load alone. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long bareLoad(final Devices devices) {
        final DmaMachine machine = devices.machine;
        final long wordMask = devices.wordMask;
        long random = devices.random;
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            sum += RawMemory.longAcquire(machine.address(place(random, wordMask)));
        }
        devices.random = random;
        return sum;
    }

    /** Guest view, with a hint. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long hintLoad(final Devices devices) {
        return load(devices, devices.machine.hinted);
    }

    /** Hardware view, with a hint. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long hardwareHintLoad(final Devices devices) {
        return load(devices, devices.machine.hardware);
    }

    /** Guest view, without hints: one level. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long walkLoad(final Devices devices) {
        return load(devices, devices.machine.walking);
    }

    /** Hardware view, without hints: one level. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long hardwareWalkLoad(final Devices devices) {
        return load(devices, devices.machine.walkingHardware);
    }

    @CompilerControl(CompilerControl.Mode.INLINE)
    private static long load(final Devices devices, final DmaContext dma) {
        final long wordMask = devices.wordMask;
        long random = devices.random;
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            sum += load(dma, place(random, wordMask));
        }
        devices.random = random;
        return sum;
    }

    private static long load(final DmaContext dma, final long ioba) {
        dma.begin();
        final int status = dma.translate(ioba, Long.BYTES, DmaAccess.READ);
        final long word = status == DmaStatus.OK ? RawMemory.longAcquire(dma.address()) : status;
        dma.end();
        return word;
    }

    /** The limit where a place depends on the word before; all words are 0. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long bareNext(final Devices devices) {
        final DmaMachine machine = devices.machine;
        final long wordMask = devices.wordMask;
        long random = devices.random;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            random += RawMemory.longAcquire(machine.address(place(random, wordMask)));
        }
        devices.random = random;
        return random;
    }

    /** Guest view, with a hint, where a place depends on the word before. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long hintNext(final Devices devices) {
        return next(devices, devices.machine.hinted);
    }

    /** Guest view, without hints, where a place depends on the word before. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long walkNext(final Devices devices) {
        return next(devices, devices.machine.walking);
    }

    @CompilerControl(CompilerControl.Mode.INLINE)
    private static long next(final Devices devices, final DmaContext dma) {
        final long wordMask = devices.wordMask;
        long random = devices.random;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            random += load(dma, place(random, wordMask));
        }
        devices.random = random;
        return random;
    }

    /** The word load that embedders call. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long load64(final Devices devices) {
        final DmaContext dma = devices.machine.hinted;
        final long wordMask = devices.wordMask;
        long random = devices.random;
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            sum += dma.load64(place(random, wordMask)) == DmaStatus.OK ? dma.value() : 1;
        }
        devices.random = random;
        return sum;
    }

    /** 64 bytes inside a page. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long readInside(final Devices devices) {
        return read(devices, (1 << devices.pageShift - 1) - READ_BYTES / 2);
    }

    /** 64 bytes, half of them in the next page, which lies elsewhere. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long readAcross(final Devices devices) {
        return read(devices, (1 << devices.pageShift) - READ_BYTES / 2);
    }

    @CompilerControl(CompilerControl.Mode.INLINE)
    private static long read(final Devices devices, final int offset) {
        final DmaContext dma = devices.machine.hinted;
        final long target = devices.target;
        final int pageShift = devices.pageShift;
        long random = devices.random;
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            random = next(random);
            dma.begin();
            sum += dma.read(((random >>> 33 & READ_PAGES - 1) << pageShift) + offset, target, READ_BYTES);
            dma.end();
        }
        devices.random = random;
        return sum;
    }
}
