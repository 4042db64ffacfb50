package io.vfiotce.support;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** A composed VM for tests: all four hypercalls enabled, a handler that runs inline or on its own thread. */
public final class TestVm implements AutoCloseable {
    /** LIOBN of windows that tests need only one of. */
    public static final long LIOBN = 0x8000_0000L;

    private static final List<Long> OPCODES =
            List.of(Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT);

    private final Vm vm;
    private final AgentRunner runner;
    private final AtomicReference<Throwable> handlerError = new AtomicReference<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final List<Integer> files = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private GuestMemory memory;

    private TestVm(
            final VmConfig config,
            final Function<LiobnDirectory, UserspaceHandler> handler,
            final InlineHandler inline,
            final IdleStrategy handlerIdle) {
        vm = new Vm(config.answerLimit(AnswerLimit.RUN), handler);
        setEnabled(true);
        if (inline != null) {
            inline.answer(vm.handoff());
            runner = null;
        } else {
            runner = new AgentRunner(handlerIdle, error -> handlerError.compareAndSet(null, error), null, vm.handoff());
            AgentRunner.startOnThread(runner);
        }
    }

    /** {@return a VM whose single vCPU runs the reference handler itself} */
    public static TestVm inline(final VmConfig config) {
        return inline(config, ReferenceHandler::new);
    }

    /** {@return a VM whose single vCPU runs a handler itself} */
    public static TestVm inline(final VmConfig config, final Function<LiobnDirectory, UserspaceHandler> handler) {
        final InlineHandler inline = new InlineHandler();
        return new TestVm(config.vcpuIdle(() -> inline), handler, inline, null);
    }

    /** {@return a VM with a handler on a thread of its own, everyone yielding} */
    public static TestVm threaded(final VmConfig config, final Function<LiobnDirectory, UserspaceHandler> handler) {
        return new TestVm(config.vcpuIdle(YieldingIdleStrategy::new), handler, null, new YieldingIdleStrategy());
    }

    /** {@return the VM} */
    public Vm vm() {
        return vm;
    }

    /** {@return the thread of the handler, if it has one} */
    public Thread handlerThread() {
        Thread thread = runner.thread();
        while (thread == null) {
            Thread.onSpinWait();
            thread = runner.thread();
        }
        return thread;
    }

    /** Ends the handler's thread. */
    public void stopHandler() {
        runner.close();
    }

    /** {@return the guest memory added last} */
    public GuestMemory memory() {
        return memory;
    }

    /** Enables or disables all four hypercalls in the kernel layers; {@return this} */
    public TestVm setEnabled(final boolean on) {
        OPCODES.forEach(opcode -> vm.enableHcall(opcode, on));
        return this;
    }

    /** Adds a slot over a whole block; {@return this} */
    public TestVm withMemory(final long gpa, final GuestMemory block) {
        memory = block;
        vm.addMemslot(Memslot.of(gpa, block));
        return this;
    }

    /** Makes a table and maps it for the handler; {@return the table} */
    public TceTable window(final long liobn, final int pageShift, final long offsetPages, final long sizePages) {
        final int fd = vm.createSpaprTce64(new WindowGeometry(liobn, pageShift, offsetPages, sizePages));
        files.add(fd);
        windows.add(vm.mapTable(fd));
        return ((TceTableFile) vm.files().file(fd)).table();
    }

    /** {@return a new vCPU that is closed with this VM} */
    public Vcpu vcpu() {
        final Vcpu vcpu = vm.createVcpu();
        vcpus.add(vcpu);
        return vcpu;
    }

    /** Closes all windows and their table files. */
    public void closeWindows() {
        windows.forEach(UserspaceWindow::close);
        windows.clear();
        files.forEach(fd -> vm.files().close(fd));
        files.clear();
    }

    /** Writes a list of TCEs into guest memory that starts at guest physical address 0. */
    public void putList(final long gpa, final long... words) {
        for (int i = 0; i < words.length; i++) {
            memory.putBigEndianOpaque(gpa + (long) i * Long.BYTES, words[i]);
        }
    }

    @Override
    public void close() {
        vcpus.forEach(Vcpu::close);
        closeWindows();
        if (runner != null) {
            runner.close();
        }
        vm.close();
        if (handlerError.get() != null) {
            throw new AssertionError("the handler's thread failed", handlerError.get());
        }
        if (vm.offHeapBytes() != 0) {
            throw new AssertionError(vm.offHeapBytes() + " off-heap bytes are left of a closed VM");
        }
    }
}
