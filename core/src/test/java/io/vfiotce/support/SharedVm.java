package io.vfiotce.support;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.YieldingIdleStrategy;

/** A VM that hands every hypercall to a handler over files in a directory; the handler may be on a thread of this JVM. */
public final class SharedVm implements AutoCloseable {
    private final Path directory;
    private final SharedHandoff handoff;
    private final Vm vm;
    private final GuestMemory memory = GuestMemory.sparse(1 << 20);
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final List<Integer> files = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final AtomicReference<Throwable> handlerError = new AtomicReference<>();
    private AgentRunner runner;

    /** Makes a VM with 1 MiB of memory at 0 and no handler. */
    public SharedVm(final Path directory, final SharedHandoffConfig config) {
        this.directory = directory;
        handoff = SharedHandoff.create(directory, config);
        vm = new Vm(new VmConfig(), handoff);
        vm.addMemslot(Memslot.of(0, memory));
        vm.enableHcall(0x1C, false);
        vm.enableHcall(0x20, false);
        vm.enableHcall(0x138, false);
        vm.enableHcall(0x13C, false);
    }

    /** Makes the handler with QEMU's rules. */
    public static UserspaceHandler referenceHandler(final WindowLookup windows, final BridgeLookup bridges) {
        return new ReferenceHandler(windows, bridges);
    }

    /** Starts a handler on a thread of its own; {@return that thread} */
    public Thread startHandler() {
        final SharedHandler handler = SharedHandler.open(directory, SharedVm::referenceHandler);
        runner = new AgentRunner(
                new YieldingIdleStrategy(), error -> handlerError.compareAndSet(null, error), null, handler);
        return AgentRunner.startOnThread(runner);
    }

    /** Ends the handler. */
    public void stopHandler() {
        runner.close();
        runner = null;
    }

    /** {@return the hand-off} */
    public SharedHandoff handoff() {
        return handoff;
    }

    /** {@return the VM} */
    public Vm vm() {
        return vm;
    }

    /** {@return a new vCPU that is closed with this VM} */
    public Vcpu vcpu() {
        final Vcpu vcpu = vm.createVcpu();
        vcpus.add(vcpu);
        return vcpu;
    }

    /** Makes a window with 4 KiB pages from bus address 0; {@return its table} */
    public TceTable window(final long liobn, final long sizePages) {
        final int fd = vm.createSpaprTce64(new WindowGeometry(liobn, 12, 0, sizePages));
        files.add(fd);
        windows.add(vm.mapTable(fd));
        return ((TceTableFile) vm.files().file(fd)).table();
    }

    /** Writes a list of TCEs into guest memory. */
    public void putList(final long gpa, final long... words) {
        for (int i = 0; i < words.length; i++) {
            memory.putBigEndianOpaque(gpa + (long) i * Long.BYTES, words[i]);
        }
    }

    /** Closes all windows and their table files. */
    public void closeWindows() {
        windows.forEach(UserspaceWindow::close);
        windows.clear();
        files.forEach(fd -> vm.files().close(fd));
        files.clear();
    }

    @Override
    public void close() {
        vcpus.forEach(Vcpu::close);
        closeWindows();
        if (runner != null) {
            runner.close();
        }
        vm.close();
        handoff.close();
        if (handlerError.get() != null) {
            throw new AssertionError("the handler's thread failed", handlerError.get());
        }
    }
}
