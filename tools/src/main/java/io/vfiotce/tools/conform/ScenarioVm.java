package io.vfiotce.tools.conform;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.handler.VmHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * The VM of one scenario with one vCPU, and what has to be closed with it.
 *
 * @threads one
 */
final class ScenarioVm implements AutoCloseable {
    // No recording needs a thousandth of it; a hostile file must not take the machine's memory.
    private static final long OFF_HEAP_LIMIT_BYTES = 1L << 31;

    private final GuestBlocks blocks;
    private final UserProcess process;
    private final ScenarioHardware hardware;
    private final VmHandler handler;
    private final Vm vm;
    private final Vcpu vcpu;
    private final Map<Long, Integer> tableFds = new LinkedHashMap<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private Memslots memslots = Memslots.EMPTY;

    ScenarioVm(final int hostPageShift, final Handlers handlers, final GuestBlocks blocks) {
        this.blocks = blocks;
        blocks.reuse();
        // Recordings are made where host physical addresses are user addresses.
        process = new UserProcess(new ProcessConfig()
                .hostPageShift(hostPageShift)
                .hostMemory(HostMemory.flat(0))
                .offHeapLimitBytes(OFF_HEAP_LIMIT_BYTES));
        hardware = new ScenarioHardware(process);
        handler = handlers.create(
                new VmConfig().answerLimit(AnswerLimit.RUN).process(process), List.of(), YieldingIdleStrategy::new);
        vm = handler.vm();
        vcpu = vm.createVcpu();
    }

    Vm vm() {
        return vm;
    }

    VmHandler handler() {
        return handler;
    }

    Vcpu vcpu() {
        return vcpu;
    }

    ScenarioHardware hardware() {
        return hardware;
    }

    Memslots memslots() {
        return memslots;
    }

    long lockedPages() {
        return process.lockedMemory().lockedPages();
    }

    /**
     * Adds guest memory.
     *
     * @throws LinuxException if the VM refuses it
     */
    void addMemory(final long gpa, final long sizeBytes, final long ua) {
        long done = 0;
        while (done < sizeBytes) {
            final long part = Math.min(sizeBytes - done, GuestBlocks.MAX_BLOCK_BYTES);
            final Memslot slot = new Memslot(gpa + done, part, ua + done, blocks.take(part));
            vm.addMemslot(slot);
            memslots = memslots.with(slot);
            done += part;
        }
    }

    /**
     * Creates a window in the kernel.
     *
     * @return 0 or the negative error number
     */
    long createWindow(final WindowGeometry geometry) {
        try {
            tableFds.put(geometry.liobn(), vm.createSpaprTce64(geometry));
            return 0;
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    /** Lets the userspace handler answer for a window that was created. */
    void handToUserspace(final long liobn) {
        windows.add(vm.mapTable(tableFds.get(liobn)));
    }

    /** The table of a LIOBN; null if there is none. */
    TceTable table(final long liobn) {
        final Integer fd = tableFds.get(liobn);
        return fd == null ? null : ((TceTableFile) vm.files().file(fd)).table();
    }

    /** LIOBNs of the windows that were created, in order. */
    Iterable<Long> liobns() {
        return tableFds.keySet();
    }

    /**
     * Writes the list of a call to guest memory if it was recorded and lies there.
     *
     * @param call a recorded call
     */
    void writeList(final VectorCall call) {
        final int slotNumber = call.words().length == 0 ? -1 : memslots.find(call.r6());
        if (slotNumber < 0) {
            return;
        }
        final Memslot slot = memslots.slots().get(slotNumber);
        final GuestMemory memory = slot.memory();
        final long start = call.r6() - slot.gpa();
        // The whole page is written: what a list of before has left there must not be read.
        for (int i = 0; i < Hcall.MAX_LIST_TCES; i++) {
            final long word = i < call.words().length ? call.words()[i] : 0;
            memory.putBigEndianOpaque(start + (long) i * Long.BYTES, word);
        }
    }

    @Override
    public void close() {
        vcpu.close();
        handler.stop();
        windows.forEach(UserspaceWindow::close);
        tableFds.values().forEach(vm.files()::close);
        handler.close();
        if (hardware.free()) {
            process.close();
        }
    }
}
