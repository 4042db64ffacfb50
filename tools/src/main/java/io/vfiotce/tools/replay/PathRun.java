package io.vfiotce.tools.replay;

import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/** One path of a replay: a VM of its own with its vCPUs, its windows and its handler thread. */
final class PathRun implements AutoCloseable {
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    /** Notes which threads answer calls. */
    private static final class ThreadWitness implements UserspaceHandler {
        private final ReferenceHandler handler;
        private final Set<Thread> threads;
        private Thread last;

        ThreadWitness(final LiobnDirectory windows, final Set<Thread> threads) {
            handler = new ReferenceHandler(windows);
            this.threads = threads;
        }

        @Override
        public void handle(final HcallRequest request, final HcallAnswer answer) {
            final Thread thread = Thread.currentThread();
            if (thread != last) {
                last = thread;
                threads.add(thread);
            }
            handler.handle(request, answer);
        }
    }

    private final Set<Thread> handlerThreads = ConcurrentHashMap.newKeySet();
    private final Set<Thread> vcpuThreads = ConcurrentHashMap.newKeySet();
    private final Mismatches mismatches = new Mismatches();
    private final List<ReplayLane> lanes = new ArrayList<>();
    private final Vm vm;
    private final AgentRunner runner;

    PathRun(final ReplayPlan plan, final ReplayOptions options, final boolean handlerOnly) {
        vm = new Vm(
                new VmConfig().process(new ProcessConfig().hostPageShift(options.hostPageShift())),
                windows -> new ThreadWitness(windows, handlerThreads));
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, !handlerOnly);
        }
        for (final Memslot slot : plan.ram()) {
            vm.addMemslot(slot);
        }
        for (int lane = 0; lane < options.vcpus(); lane++) {
            lanes.add(new ReplayLane(plan, lane, vm, handlerOnly, mismatches));
        }
        runner = new AgentRunner(new BackoffIdleStrategy(), e -> mismatches.add("handler: " + e), null, vm.handoff());
        AgentRunner.startOnThread(runner);
    }

    void verify() {
        onAllLanes(ReplayLane::verify);
    }

    /** One timed round; returns nanoseconds per call, vCPU time added up. */
    double time() {
        final long callsBefore = timedCalls();
        onAllLanes(ReplayLane::time);
        long ns = 0;
        for (final ReplayLane lane : lanes) {
            ns += lane.takeTimedNs();
        }
        return (double) ns / Math.max(1, timedCalls() - callsBefore);
    }

    private long timedCalls() {
        return lanes.stream().mapToLong(ReplayLane::timedCalls).sum();
    }

    private void onAllLanes(final Consumer<ReplayLane> work) {
        final List<Thread> threads = new ArrayList<>();
        for (final ReplayLane lane : lanes) {
            final Thread thread = new Thread(
                    () -> {
                        vcpuThreads.add(Thread.currentThread());
                        work.accept(lane);
                    },
                    lane.vcpu().name());
            thread.setUncaughtExceptionHandler((failed, e) -> mismatches.add(failed.getName() + " ended with " + e));
            threads.add(thread);
            thread.start();
        }
        for (final Thread thread : threads) {
            join(thread);
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replaying", e);
        }
    }

    /** Calls that ended in a layer. */
    long ended(final Layer layer) {
        return lanes.stream()
                .mapToLong(lane -> lane.vcpu().counters().ended(layer))
                .sum();
    }

    long comparedTranslations() {
        return lanes.stream().mapToLong(ReplayLane::comparedTranslations).sum();
    }

    /** Whether every call that reached the handler was answered on a thread that is no vCPU's. */
    boolean isHandlerApart() {
        return handlerThreads.stream().noneMatch(vcpuThreads::contains);
    }

    boolean wasHandlerUsed() {
        return !handlerThreads.isEmpty();
    }

    Mismatches mismatches() {
        return mismatches;
    }

    /** The windows that are open now, by LIOBN. */
    Map<Long, TceTable> tables() {
        final Map<Long, TceTable> tables = new TreeMap<>(Long::compareUnsigned);
        lanes.forEach(lane -> lane.windows().addTo(tables));
        return tables;
    }

    @Override
    public void close() {
        lanes.forEach(ReplayLane::close);
        runner.close();
        vm.close();
    }
}
