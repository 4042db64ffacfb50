package io.vfiotce.bench.handoff;

import io.vfiotce.bench.Idle;
import io.vfiotce.bench.Machine;
import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.Handoff;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import org.agrona.concurrent.AgentRunner;

/** A VM with one vCPU and one window of 512 pages, whose hypercalls all go to the handler. */
final class HandoffVm implements AutoCloseable {
    static final long LIOBN = Machine.FIRST_LIOBN;
    static final int PAGE_SHIFT = Machine.PAGE_SHIFT;
    static final int WINDOW_PAGES = Machine.WINDOW_PAGES;
    static final int PAIRS = Machine.PAIRS;
    private static final long RAM_BYTES = Machine.RAM_BYTES;
    private static final long[] OPCODES = {Hcall.H_PUT_TCE, Hcall.H_GET_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private final long[] iobas = Machine.randomIobas();
    private final long[] tces = Machine.randomTces();
    private final Vm vm;
    private final Vcpu vcpu;
    private final int fd;
    private final UserspaceWindow window;
    private AgentRunner handler;
    private int next;

    private HandoffVm(final Vm vm) {
        this.vm = vm;
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(RAM_BYTES)));
        fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, PAGE_SHIFT, 0, WINDOW_PAGES));
        window = vm.mapTable(fd);
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, false);
        }
        vcpu = vm.createVcpu();
    }

    /** One whose handler is a thread of this process; it and the vCPU wait alike. */
    static HandoffVm withThread(final Idle idle) {
        final HandoffVm made = new HandoffVm(
                new Vm(new VmConfig().answerLimit(AnswerLimit.RUN).vcpuIdle(idle::strategy), ReferenceHandler::new));
        made.handler = new AgentRunner(idle.strategy(), Throwable::printStackTrace, null, made.vm.handoff());
        AgentRunner.startOnThread(made.handler);
        return made;
    }

    /** One whose handler is elsewhere. */
    static HandoffVm with(final Handoff handoff) {
        return new HandoffVm(new Vm(new VmConfig().answerLimit(AnswerLimit.RUN), handoff));
    }

    /** One H_PUT_TCE; the next of 1,024 random pairs. */
    long put() {
        final int i = next++ & PAIRS - 1;
        return vcpu.hPutTce(LIOBN, iobas[i], tces[i]);
    }

    Vcpu vcpu() {
        return vcpu;
    }

    @Override
    public void close() {
        vcpu.close();
        if (handler != null) {
            handler.close();
        }
        window.close();
        vm.files().close(fd);
        vm.close();
    }
}
