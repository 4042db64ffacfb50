package io.vfiotce.bench;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.Handoff;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A VM with one vCPU, a running handler and windows of 512 pages of 4 KiB: what every suite measures on.
 *
 * <p>Before anything is measured the vCPU makes every hypercall in every layer with every outcome, so that no branch of
 * the compiled code is dead.
 */
final class Machine implements AutoCloseable {
    static final int PAGE_SHIFT = 12;
    static final int WINDOW_PAGES = 512;
    static final int PAIRS = 256;
    static final long RAM_BYTES = 64L << 20;
    static final long LIST_GPA = 1L << 20;
    static final long FIRST_LIOBN = 0x8000_0000L;
    static final long SEED = 20_261_122L;
    private static final int EXERCISE_ROUNDS = 20_000;

    final Vm vm;
    final Vcpu vcpu;
    final GuestMemory ram = GuestMemory.sparse(RAM_BYTES);
    private final AgentRunner runner;
    private final List<Integer> tables = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final List<IommuTable> iommuTables = new ArrayList<>();
    private final UserProcess process;
    private final PinnedRegion region;

    /**
     * Sets the machine up.
     *
     * @param tableCount windows
     * @param handlerIdle how the handler waits; rows of the kernel layers must not share the machine with a spinner
     */
    Machine(final int tableCount, final IdleStrategy handlerIdle) {
        this(tableCount, handlerIdle, 0);
    }

    /**
     * Sets the machine up with IOMMU tables, over guest memory that is registered.
     *
     * @param tableCount windows
     * @param handlerIdle how the handler waits
     * @param groups IOMMU tables attached to each window
     */
    Machine(final int tableCount, final IdleStrategy handlerIdle, final int groups) {
        this(tableCount, groups, config -> new Vm(config, ReferenceHandler::new), handlerIdle);
    }

    /**
     * Sets a machine of one window up whose handler is elsewhere.
     *
     * @param handoff the way there, with somebody who answers
     * @return the machine
     */
    static Machine withHandlerElsewhere(final Handoff handoff) {
        return new Machine(1, 0, config -> new Vm(config, handoff), null);
    }

    private Machine(
            final int tableCount, final int groups, final Function<VmConfig, Vm> vms, final IdleStrategy handlerIdle) {
        process = new UserProcess(new ProcessConfig());
        vm = vms.apply(
                new VmConfig().answerLimit(AnswerLimit.RUN).process(process).vcpuIdle(BusySpinIdleStrategy::new));
        vm.addMemslot(Memslot.of(0, ram));
        vm.enableHcall(Hcall.H_PUT_TCE_INDIRECT, true);
        vm.enableHcall(Hcall.H_STUFF_TCE, true);
        for (int i = 0; i < tableCount; i++) {
            final int fd = vm.createSpaprTce64(new WindowGeometry(liobn(i), PAGE_SHIFT, 0, WINDOW_PAGES));
            tables.add(fd);
            windows.add(vm.mapTable(fd));
            for (int group = 0; group < groups; group++) {
                attach(fd);
            }
        }
        region = process.pinnedMemory().register(Memslot.DEFAULT_UA_BASE, RAM_BYTES >> process.hostPageShift());
        for (int i = 0; i < WINDOW_PAGES; i++) {
            ram.putBigEndianOpaque(LIST_GPA + (long) i * Long.BYTES, tce(i));
        }
        runner = handlerIdle == null
                ? null
                : new AgentRunner(handlerIdle, Throwable::printStackTrace, null, vm.handoff());
        vcpu = vm.createVcpu();
    }

    private void attach(final int fd) {
        final IommuTable table = new IommuTable(
                process,
                new IommuTableGeometry(PAGE_SHIFT, 0, (long) WINDOW_PAGES << PAGE_SHIFT, 1, process.hostPageShift()),
                true);
        ((TceTableFile) vm.files().file(fd)).table().attached().attach(table);
        iommuTables.add(table);
    }

    /** Starts the handler and warms every path. */
    Machine start() {
        if (runner != null) {
            AgentRunner.startOnThread(runner);
        }
        // First: a fresh table would send its first calls to virtual mode, and the compiler would take that for usual.
        for (final int fd : tables) {
            ((TceTableFile) vm.files().file(fd)).table().makeResident(0, WINDOW_PAGES);
        }
        for (int i = 0; i < EXERCISE_ROUNDS; i++) {
            exerciseKernel(i);
        }
        for (int i = 0; i < EXERCISE_ROUNDS / 10; i++) {
            exerciseUserspace(i);
        }
        return this;
    }

    /** Disables the kernel layers, so that every hypercall goes to the handler. */
    Machine userspaceOnly() {
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, false);
        }
        return this;
    }

    static long liobn(final int table) {
        return FIRST_LIOBN + table;
    }

    static long tce(final int page) {
        return ((long) page << PAGE_SHIFT) | 3;
    }

    static long[] randomIobas() {
        return new SplittableRandom(SEED)
                .longs(PAIRS, 0, WINDOW_PAGES)
                .map(page -> page << PAGE_SHIFT)
                .toArray();
    }

    static long[] randomTces() {
        return new SplittableRandom(SEED + 1)
                .longs(PAIRS, 0, RAM_BYTES >> PAGE_SHIFT)
                .map(page -> page << PAGE_SHIFT | 3)
                .toArray();
    }

    static long[] randomLiobns(final int tableCount) {
        return new SplittableRandom(SEED + 2)
                .longs(PAIRS, 0, tableCount)
                .map(table -> FIRST_LIOBN + table)
                .toArray();
    }

    private static final long[] OPCODES = {Hcall.H_PUT_TCE, Hcall.H_GET_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private void exerciseKernel(final int i) {
        final long ioba = (long) (i % WINDOW_PAGES) << PAGE_SHIFT;
        // In bursts, as a guest does: a window that is used once is never remembered.
        final long liobn = liobn(i / 64 % tables.size());
        vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, (i & 3) == 0 ? 0 : tce(i & 1023), 0);
        vcpu.hcall(Hcall.H_GET_TCE, liobn, ioba, 0, 0);
        if (i % 64 == 0) {
            // As rare as they are in a guest: the compiler takes for usual what it sees often.
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba + 1, tce(1), 0);
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, tce(1) | 0x800, 0);
            vcpu.hcall(Hcall.H_PUT_TCE, liobn, ioba, 0x800, 0);
            vcpu.hcall(Hcall.H_GET_TCE, liobn, -1L, 0, 0);
        }
        if (i % 16 == 0) {
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, 0, (i & 32) == 0 ? 0 : 0x800, WINDOW_PAGES);
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, ioba, 0, 1 + i % 7);
            vcpu.hcall(Hcall.H_STUFF_TCE, liobn, 0, 3, 1);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, LIST_GPA, WINDOW_PAGES);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, LIST_GPA, 1 + i % 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, LIST_GPA + 8, 8);
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, liobn, 0, LIST_GPA, 513);
        }
    }

    /** Calls that the kernel layers pass on, for each reason. */
    private void exerciseUserspace(final int i) {
        final long ioba = (long) (i % WINDOW_PAGES) << PAGE_SHIFT;
        vcpu.hcall(Hcall.H_PUT_TCE, 1, ioba, tce(1), 0);
        vcpu.hcall(Hcall.H_GET_TCE, 1, ioba, 0, 0);
        vcpu.hcall(Hcall.H_STUFF_TCE, 1, ioba, 0, 1);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, 1, ioba, LIST_GPA, 1);
        vcpu.hcall(Hcall.H_PUT_TCE, FIRST_LIOBN, ioba, RAM_BYTES | 3, 0);
        vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, FIRST_LIOBN, 0, RAM_BYTES, 2);
    }

    @Override
    public void close() {
        vcpu.close();
        if (runner != null) {
            runner.close();
        }
        windows.forEach(UserspaceWindow::close);
        tables.forEach(vm.files()::close);
        vm.close();
        for (final IommuTable table : iommuTables) {
            PinnedMappings.unmap(table, process.pinnedMemory(), 0, table.sizePages());
            table.put();
        }
        process.pinnedMemory().put(region);
        process.close();
    }
}
