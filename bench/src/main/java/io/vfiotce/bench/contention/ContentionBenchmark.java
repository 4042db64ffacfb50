package io.vfiotce.bench.contention;

import io.vfiotce.bench.Machine;
import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.kvm.Vcpu;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Do two vCPUs map pages twice as fast as one, and what does a device's load cost beside a vCPU that maps?
 *
 * <p>All by throughput, with 1 and 2 threads. The limit is the machine's own scaling: exchanges in buffers of their own, and in
 * one that is shared.
 *
 * <p>Expected: on separate windows two threads over one, divided by the same of the exchange in buffers of their own, at least
 * 0.95, with no group and with one; on a shared window no worse than exchanges in a shared buffer.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ContentionBenchmark {
    private static final int ALIGNMENT_BYTES = 128;
    private static final int MASK = ContentionMachine.PAIRS - 1;

    private static UnsafeBuffer buffer() {
        return new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(ContentionMachine.WINDOW_PAGES * Long.BYTES, ALIGNMENT_BYTES));
    }

    /** The limit where threads share. */
    @State(Scope.Benchmark)
    public static class SharedBuffer {
        final UnsafeBuffer words = buffer();
    }

    /** The limit, a buffer for each thread. */
    @State(Scope.Thread)
    public static class OwnBuffer {
        final UnsafeBuffer words = buffer();
    }

    /** The inputs of a thread. */
    @State(Scope.Thread)
    public static class Pairs {
        long[] iobas;
        long[] tces;
        long[] tcesOfHalf;
        private int next;

        /**
         * Draws them.
         *
         * @param thread which thread it is
         */
        @Setup
        public void setup(final ThreadParams thread) {
            final int index = thread.getThreadIndex();
            iobas = ContentionMachine.randomIobas(index);
            tces = ContentionMachine.randomTces(index);
            tcesOfHalf = ContentionMachine.randomTcesOfHalf(index);
        }

        int advance() {
            return next++ & MASK;
        }
    }

    /** The VM. */
    @State(Scope.Benchmark)
    public static class Guest {
        /** IOMMU tables attached to each window. */
        @Param({"0", "1"})
        public int groups;

        ContentionMachine machine;

        /** Starts it. */
        @Setup
        public void setup() {
            Machine.exercise();
            machine = new ContentionMachine(groups);
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** What one thread has of the VM. */
    @State(Scope.Thread)
    public static class Processor {
        Vcpu vcpu;
        DmaContext device;
        long liobn;

        /**
         * Takes the thread's vCPU, its window, and the device on it.
         *
         * @param thread which thread it is
         * @param guest the VM
         */
        @Setup
        public void setup(final ThreadParams thread, final Guest guest) {
            vcpu = guest.machine.vcpu(thread.getThreadIndex());
            device = guest.machine.device(thread.getThreadIndex());
            liobn = ContentionMachine.liobn(thread.getThreadIndex());
        }
    }

    /** What the two threads of a group have of the VM: a vCPU for one, a device on the same window for the other. */
    @State(Scope.Group)
    public static class Beside {
        Vcpu vcpu;
        DmaContext device;

        /**
         * Takes them.
         *
         * @param guest the VM
         */
        @Setup
        public void setup(final Guest guest) {
            vcpu = guest.machine.vcpu(0);
            device = guest.machine.device(0);
        }
    }

    private static long exchange(final Pairs pairs, final UnsafeBuffer words) {
        final int i = pairs.advance();
        return words.getAndSetLong((int) (pairs.iobas[i] >>> ContentionMachine.PAGE_SHIFT - 3), pairs.tces[i]);
    }

    /** The limit, one thread. */
    @Benchmark
    @Threads(1)
    public long exchangeOne(final Pairs pairs, final OwnBuffer buffer) {
        return exchange(pairs, buffer.words);
    }

    /** The limit, two threads with a buffer each. */
    @Benchmark
    @Threads(2)
    public long exchangeSeparate(final Pairs pairs, final OwnBuffer buffer) {
        return exchange(pairs, buffer.words);
    }

    /** The limit, two threads in one buffer. */
    @Benchmark
    @Threads(2)
    public long exchangeShared(final Pairs pairs, final SharedBuffer buffer) {
        return exchange(pairs, buffer.words);
    }

    private static long put(final Pairs pairs, final Vcpu vcpu, final long liobn) {
        final int i = pairs.advance();
        return vcpu.hPutTce(liobn, pairs.iobas[i], pairs.tces[i]);
    }

    /** H_PUT_TCE by one vCPU. */
    @Benchmark
    @Threads(1)
    public long putOne(final Pairs pairs, final Processor processor) {
        return put(pairs, processor.vcpu, processor.liobn);
    }

    /** H_PUT_TCE by two vCPUs, a window each, of pages of all the guest's memory. */
    @Benchmark
    @Threads(2)
    public long putSeparate(final Pairs pairs, final Processor processor) {
        return put(pairs, processor.vcpu, processor.liobn);
    }

    /** As {@link #putSeparate}, each of pages of its own half of the guest's memory. */
    @Benchmark
    @Threads(2)
    public long putSeparateHalves(final Pairs pairs, final Processor processor) {
        final int i = pairs.advance();
        return processor.vcpu.hPutTce(processor.liobn, pairs.iobas[i], pairs.tcesOfHalf[i]);
    }

    /** H_PUT_TCE by two vCPUs into one window. */
    @Benchmark
    @Threads(2)
    public long putShared(final Pairs pairs, final Processor processor) {
        return put(pairs, processor.vcpu, ContentionMachine.liobn(0));
    }

    private static long load(final Pairs pairs, final DmaContext device) {
        return device.load64(pairs.iobas[pairs.advance()]) == DmaStatus.OK ? device.value() : -1;
    }

    /** A load by one device; nobody maps. */
    @Benchmark
    @Threads(1)
    public long loadOne(final Pairs pairs, final Processor processor) {
        return load(pairs, processor.device);
    }

    /** Loads by two devices, a window each; nobody maps. */
    @Benchmark
    @Threads(2)
    public long loadSeparate(final Pairs pairs, final Processor processor) {
        return load(pairs, processor.device);
    }

    /** H_PUT_TCE into the window of a device that loads; its own share. */
    @Benchmark
    @Group("loadBesidePut")
    public long put(final Pairs pairs, final Beside beside) {
        return put(pairs, beside.vcpu, ContentionMachine.liobn(0));
    }

    /** A device's loads through the window that the vCPU maps; its own share. */
    @Benchmark
    @Group("loadBesidePut")
    public long load(final Pairs pairs, final Beside beside) {
        return load(pairs, beside.device);
    }

    /** H_PUT_TCE into the window of a device that only translates; its own share. */
    @Benchmark
    @Group("translateBesidePut")
    public long putBesideTranslate(final Pairs pairs, final Beside beside) {
        return put(pairs, beside.vcpu, ContentionMachine.liobn(0));
    }

    /** A device's translations through the window that the vCPU maps; its own share. */
    @Benchmark
    @Group("translateBesidePut")
    public long translate(final Pairs pairs, final Beside beside) {
        final int status = beside.device.translate(pairs.iobas[pairs.advance()], Long.BYTES, DmaAccess.READ);
        return status == DmaStatus.OK ? beside.device.address() : -1;
    }
}
