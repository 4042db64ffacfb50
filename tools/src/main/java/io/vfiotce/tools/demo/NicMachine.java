package io.vfiotce.tools.demo;

import io.vfiotce.dma.DmaConfig;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.handler.VmHandler;
import io.vfiotce.userspace.DmaWindows;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** A VM with two vCPUs, each with a driver, and a network card with a queue for each. */
final class NicMachine implements AutoCloseable {
    private static final int VCPUS = 2;
    private static final long[] OPCODES = {Hcall.H_PUT_TCE, Hcall.H_PUT_TCE_INDIRECT, Hcall.H_STUFF_TCE};

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final long offHeapAtStart = process.offHeap().allocatedBytes();
    private final VmHandler handler;
    private final DmaWindows windows;
    private final DmaContext dma;
    private final NicCard card;
    private final List<NicDriver> drivers = new ArrayList<>();

    NicMachine(final NicMode mode, final NicOptions options, final Handlers handlers) {
        handler = handlers.create(
                new VmConfig().answerLimit(AnswerLimit.RUN).process(process), List.of(), NicMachine::idle);
        final Vm vm = handler.vm();
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, mode == NicMode.FAST);
        }
        final List<WindowGeometry> geometries = NicWindow.windows(options.windows());
        final int pageShift = geometries.get(geometries.size() - 1).pageShift();
        final GuestMemory memory = NicGuestMemory.allocate(VCPUS, pageShift, options);
        vm.addMemslot(Memslot.of(0, memory));
        windows = new DmaWindows(vm, List.of(), refusal -> {});
        geometries.forEach(windows::create);
        final List<NicQueue> queues = new ArrayList<>();
        for (final NicGuestMemory part : NicGuestMemory.parts(memory, VCPUS, pageShift, options)) {
            final NicQueue queue = new NicQueue(NicGuestMemory.ringIoba(part.queue()), options.inFlight());
            queues.add(queue);
            drivers.add(new NicDriver(vm.createVcpu(), queue, part, geometries, options, idle()));
        }
        // Driver and card are of one machine; a real card would have little-endian registers.
        dma = vm.dma()
                .openContext(
                        new DmaConfig("network card").byteOrder(ByteOrder.nativeOrder()),
                        geometries.stream().mapToLong(WindowGeometry::liobn).toArray());
        card = new NicCard(dma, queues, options, idle());
    }

    /** How threads wait: all of them may have to share few processors. */
    private static IdleStrategy idle() {
        return new BackoffIdleStrategy(50, 50, 1_000, 20_000);
    }

    void start(final Runnable onFailure, final List<String> failures) {
        handler.start(e -> {
            failures.add("the handler: " + e);
            onFailure.run();
        });
    }

    NicCard card() {
        return card;
    }

    List<NicDriver> drivers() {
        return drivers;
    }

    /** Calls that ended in a layer. */
    long ended(final Layer layer) {
        return drivers.stream()
                .mapToLong(driver -> driver.vcpu().counters().ended(layer))
                .sum();
    }

    /** Entries that are still mapped. */
    long mappedEntries() {
        long entries = 0;
        for (final TceTable table : windows.tables().values()) {
            for (long entry = table.nextNonZero(0); entry >= 0; entry = table.nextNonZero(entry + 1)) {
                entries++;
            }
        }
        return entries;
    }

    /** Accesses that the card was refused. */
    long faults() {
        final long taken = dma.faults().poll((sequence, reason, access, ioba, lengthBytes) -> {}, Integer.MAX_VALUE);
        return taken + dma.faults().dropped();
    }

    /** Off-heap bytes that are not given back; all threads have ended, and everything else is closed. */
    long leftBytes() {
        return process.offHeap().allocatedBytes() - offHeapAtStart;
    }

    int leftFiles() {
        return process.files().openCount();
    }

    @Override
    public void close() {
        dma.close();
        drivers.forEach(driver -> driver.vcpu().close());
        handler.stop();
        windows.close();
        handler.close();
    }

    void closeProcess() {
        process.close();
    }
}
