package io.vfiotce.bench.latency;

import io.vfiotce.bench.Machine;
import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.Handoff;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A guest of one vCPU and one window of 512 pages of 4 KiB, on a host with groups to pass through, and the inputs of its
 * calls: 1,024 random pairs of bus address and TCE.
 */
final class Guest implements AutoCloseable {
    static final long LIOBN = Machine.FIRST_LIOBN;
    static final int PAGE_SHIFT = Machine.PAGE_SHIFT;
    static final int WINDOW_PAGES = Machine.WINDOW_PAGES;
    static final int PAIRS = Machine.PAIRS;
    static final int GROUPS = 3;
    private static final long RAM_BYTES = Machine.RAM_BYTES;
    private static final long LIST_GPA = 1L << 20;
    private static final long SEED = Machine.SEED;
    private static final int KERNEL_ROUNDS = 20_000;
    private static final int USERSPACE_ROUNDS = 2_000;
    private static final long[] OPCODES = {Hcall.H_PUT_TCE, Hcall.H_GET_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    final Vm vm;
    final Vcpu vcpu;
    final PassThroughHost host = new PassThroughHost(GROUPS, SystemNanoClock.INSTANCE);
    final int kvmDeviceFd;
    final long[] iobas = Machine.randomIobas();
    final long[] tces = Machine.randomTces();
    private final GuestMemory ram = GuestMemory.sparse(RAM_BYTES);
    private final AgentRunner runner;
    private final int tableFd;
    private final UserspaceWindow window;
    private final Deque<VfioAddressSpace> spaces = new ArrayDeque<>();

    /**
     * Makes a guest whose handler is on a thread of this process.
     *
     * @param vcpuIdle how the vCPU waits for an answer
     * @param handlerIdle how the handler waits for a request
     */
    Guest(final IdleStrategy vcpuIdle, final IdleStrategy handlerIdle) {
        this(config -> new Vm(config.vcpuIdle(() -> vcpuIdle), ReferenceHandler::new), handlerIdle);
    }

    /**
     * Makes a guest whose handler is elsewhere.
     *
     * @param handoff the way there, with somebody who answers
     */
    Guest(final Handoff handoff) {
        this(config -> new Vm(config, handoff), null);
    }

    private Guest(final Function<VmConfig, Vm> vms, final IdleStrategy handlerIdle) {
        vm = vms.apply(new VmConfig().answerLimit(AnswerLimit.RUN).host(host.iommu()));
        vm.addMemslot(Memslot.of(0, ram));
        vm.enableHcall(Hcall.H_PUT_TCE_INDIRECT, true);
        vm.enableHcall(Hcall.H_STUFF_TCE, true);
        kvmDeviceFd = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        tableFd = vm.createSpaprTce64(new WindowGeometry(LIOBN, PAGE_SHIFT, 0, WINDOW_PAGES));
        window = vm.mapTable(tableFd);
        window.table().makeResident(0, WINDOW_PAGES);
        for (int i = 0; i < WINDOW_PAGES; i++) {
            ram.putBigEndianOpaque(LIST_GPA + (long) i * Long.BYTES, tces[i]);
        }
        if (handlerIdle == null) {
            runner = null;
        } else {
            runner = new AgentRunner(handlerIdle, Throwable::printStackTrace, null, vm.handoff());
            AgentRunner.startOnThread(runner);
        }
        vcpu = vm.createVcpu();
    }

    /**
     * Makes every hypercall in every layer with every outcome, with 0, 1 and 2 groups, so that no branch of the compiled code
     * is dead.
     *
     * @param groups how many groups the window has afterwards
     * @return this
     */
    Guest exercise(final int groups) {
        for (int attached = 0; attached < GROUPS; attached++) {
            if (attached > 0) {
                attach(attached - 1);
            }
            for (int i = 0; i < KERNEL_ROUNDS; i++) {
                exerciseKernel(i);
            }
            for (int i = 0; i < USERSPACE_ROUNDS; i++) {
                exerciseUserspace(i);
            }
        }
        vcpu.offline();
        while (spaces.size() > groups) {
            spaces.pop().close();
        }
        for (int i = 0; i < PAIRS; i++) {
            requireSuccess(vcpu.hPutTce(LIOBN, iobas[i], tces[i]));
        }
        return this;
    }

    /** Disables the kernel layers, so that every hypercall goes to the handler; {@return this} */
    Guest userspaceOnly() {
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, false);
        }
        return this;
    }

    /**
     * Fails unless a call has succeeded.
     *
     * @param status its status
     */
    static void requireSuccess(final long status) {
        if (status != HStatus.H_SUCCESS) {
            throw new IllegalStateException("a call has ended with " + status);
        }
    }

    private void attach(final int group) {
        vcpu.offline();
        final VfioAddressSpace space = passThrough(group);
        spaces.push(space);
        space.addWindow(window, tableFd);
    }

    /** Sets an address space of one group up; {@return it} */
    VfioAddressSpace passThrough(final int group) {
        return new VfioAddressSpace(
                host.vfio(), vm, kvmDeviceFd, List.of(host.groups().get(group).id()), PAGE_SHIFT);
    }

    private void exerciseKernel(final int i) {
        final long ioba = iobas[i & (PAIRS - 1)];
        final long tce = tces[i & (PAIRS - 1)];
        vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba, (i & 3) == 0 ? 0 : tce, 0);
        vcpu.hcall(Hcall.H_GET_TCE, LIOBN, ioba, 0, 0);
        if (i % 64 == 0) {
            // As rare as they are in a guest: the compiler takes for usual what it sees often.
            vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba + 1, tce, 0);
            vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba, tce | 0x800, 0);
            vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba, 0x800, 0);
            vcpu.hcall(Hcall.H_GET_TCE, LIOBN, -1L, 0, 0);
        }
        if (i % 16 == 0) {
            vcpu.hcall(Hcall.H_STUFF_TCE, LIOBN, 0, (i & 32) == 0 ? 0 : 0x800, WINDOW_PAGES);
            vcpu.hcall(Hcall.H_STUFF_TCE, LIOBN, ioba, 0, 1);
            vcpu.hcall(Hcall.H_STUFF_TCE, LIOBN, 0, 3, 1);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0, LIST_GPA, WINDOW_PAGES);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0, LIST_GPA, 1 + i % 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0, LIST_GPA + 8, 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0, LIST_GPA, WINDOW_PAGES + 1L);
        }
    }

    /** Calls that the kernel layers pass on, for each reason. */
    private void exerciseUserspace(final int i) {
        final long ioba = iobas[i & (PAIRS - 1)];
        vcpu.hcall(Hcall.H_PUT_TCE, 1, ioba, tces[0], 0);
        vcpu.hcall(Hcall.H_GET_TCE, 1, ioba, 0, 0);
        vcpu.hcall(Hcall.H_STUFF_TCE, 1, ioba, 0, 1);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, 1, ioba, LIST_GPA, 1);
        vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba, RAM_BYTES | 3, 0);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0, RAM_BYTES, 2);
    }

    @Override
    public void close() {
        vcpu.close();
        spaces.forEach(VfioAddressSpace::close);
        if (runner != null) {
            runner.close();
        }
        window.close();
        vm.files().close(tableFd);
        vm.files().close(kvmDeviceFd);
        vm.close();
    }
}
