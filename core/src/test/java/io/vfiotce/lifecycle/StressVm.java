package io.vfiotce.lifecycle;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/** A VM with a handler's thread, memory that may come and go, and windows that anybody may close. */
final class StressVm {
    static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT};

    final Vm vm;
    final GuestMemory ram;
    final List<UserspaceWindow> windows = new CopyOnWriteArrayList<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final AgentRunner runner;

    StressVm(
            final UserProcess process,
            final HostIommu host,
            final List<GuestMemory> memory,
            final AtomicReference<Throwable> failure) {
        vm = new Vm(
                new VmConfig()
                        .answerLimit(AnswerLimit.RUN)
                        .process(process)
                        .host(host)
                        .vcpuIdle(BackoffIdleStrategy::new),
                ReferenceHandler::new);
        ram = memory.get(0);
        for (int slot = 0; slot < memory.size(); slot++) {
            vm.addMemslot(Memslot.of(World.GPAS[slot], memory.get(slot)));
        }
        enableAll();
        runner = new AgentRunner(
                new BackoffIdleStrategy(), error -> failure.compareAndSet(null, error), null, vm.handoff());
        AgentRunner.startOnThread(runner);
    }

    void enableAll() {
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, true);
        }
    }

    Vcpu vcpu() {
        final Vcpu vcpu = vm.createVcpu();
        vcpus.add(vcpu);
        return vcpu;
    }

    /** Gives user space the window of a table. */
    UserspaceWindow map(final int tableFd) {
        final UserspaceWindow window = vm.mapTable(tableFd);
        windows.add(window);
        return window;
    }

    void toggleMemory(final GuestMemory second) {
        try {
            vm.removeMemslot(World.GPAS[1]);
        } catch (final LinuxException e) {
            vm.addMemslot(Memslot.of(World.GPAS[1], second));
        }
    }

    void closeWindows() {
        windows.forEach(UserspaceWindow::close);
        windows.clear();
    }

    void close() {
        vcpus.forEach(Vcpu::close);
        closeWindows();
        runner.close();
        vm.close();
    }
}
