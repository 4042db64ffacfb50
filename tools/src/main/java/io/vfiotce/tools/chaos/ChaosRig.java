package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.handler.HandlerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What faults are put into: a VM whose every hypercall goes to a handler process, and two vCPU threads that call all the time.
 *
 * @threads one, which puts the faults in
 */
final class ChaosRig implements AutoCloseable {
    static final int VCPUS = 2;
    private static final long FIRST_LIOBN = 0x8000_0000L;
    private static final int MEMORY_BYTES = 1 << 20;
    private static final int LIST_BYTES = 4096;
    private static final long RECOVERY_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private final HandlerProcess process;
    private final Path directory;
    private final SharedHandoff handoff;
    private final Vm vm;
    private final List<JournaledPort> ports = new ArrayList<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final List<Integer> tables = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final List<GuestLoad> loads = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    ChaosRig(final List<String> handler, final long deadlineNs, final long seed, final Consumer<String> log) {
        process = new HandlerProcess(handler, log);
        directory = process.newDirectory();
        handoff = SharedHandoff.create(
                directory, new SharedHandoffConfig().maxVcpus(VCPUS).answerLimit(AnswerLimit.deadline(deadlineNs)));
        final JournaledHandoff journaled = new JournaledHandoff(handoff);
        vm = new Vm(new VmConfig(), journaled);
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, false);
        }
        final GuestMemory memory = GuestMemory.sparse(MEMORY_BYTES);
        vm.addMemslot(Memslot.of(0, memory));
        for (int i = 0; i < VCPUS; i++) {
            final int fd = vm.createSpaprTce64(new WindowGeometry(FIRST_LIOBN + i, 12, 0, GuestLoad.ENTRIES));
            tables.add(fd);
            windows.add(vm.mapTable(fd));
            final TceTable table = ((TceTableFile) vm.files().file(fd)).table();
            vcpus.add(vm.createVcpu());
            ports.add(journaled.port(i));
            loads.add(new GuestLoad(vcpus.get(i), ports.get(i), table, memory, (long) i * LIST_BYTES, seed + i));
        }
    }

    void start() {
        process.attach(directory, handoff);
        for (int i = 0; i < VCPUS; i++) {
            final Thread thread = new Thread(loads.get(i), "guest-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    Path directory() {
        return directory;
    }

    /** The process that serves now. */
    Process handler() {
        return process.process();
    }

    void liftFence() {
        handoff.liftFence();
    }

    boolean isFenced() {
        return handoff.isFenced();
    }

    /** Which request of each vCPU waits for its answer, 0 for none. */
    long[] underWay() {
        return ports.stream().mapToLong(JournaledPort::underWay).toArray();
    }

    /** Whether one of these requests still waits. */
    boolean isStillUnderWay(final long... before) {
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0 && ports.get(i).underWay() == before[i]) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until each vCPU has been served anew.
     *
     * @throws ChaosException if that takes longer than anything may, or a guest has failed
     */
    void awaitService() {
        awaitService(false);
    }

    /**
     * Lifts the fence for a file that is whole again, and waits as {@link #awaitService()} does. What a vCPU met before may raise it
     * once more.
     */
    void reset() {
        handoff.liftFence();
        awaitService(true);
    }

    private void awaitService(final boolean liftsFence) {
        final long startNs = System.nanoTime();
        for (final GuestLoad load : loads) {
            final long before = load.done();
            while (load.done() == before) {
                requireSound(load);
                if (liftsFence && handoff.isFenced()) {
                    handoff.liftFence();
                }
                if (System.nanoTime() - startNs > RECOVERY_NS) {
                    throw new ChaosException("the guests are not served any more");
                }
                Pause.ofMicros(100);
            }
        }
    }

    /** Ends the guests and says what became of their requests. */
    GuestFigures stop() {
        loads.forEach(GuestLoad::stop);
        for (final Thread thread : threads) {
            Pause.join(thread);
        }
        loads.forEach(ChaosRig::requireSound);
        return loads.stream().map(GuestLoad::figures).reduce(GuestFigures::plus).orElseThrow();
    }

    private static void requireSound(final GuestLoad load) {
        final Throwable failure = load.failure();
        if (failure != null) {
            throw new ChaosException("a guest failed: " + failure + " at "
                    + List.of(failure.getStackTrace()).stream().limit(4).toList());
        }
    }

    @Override
    public void close() {
        loads.forEach(GuestLoad::stop);
        threads.forEach(Pause::join);
        vcpus.forEach(Vcpu::close);
        windows.forEach(UserspaceWindow::close);
        tables.forEach(vm.files()::close);
        vm.close();
        handoff.close();
        process.close();
    }
}
