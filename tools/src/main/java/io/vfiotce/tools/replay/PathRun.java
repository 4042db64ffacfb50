package io.vfiotce.tools.replay;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
import io.vfiotce.snapshot.SnapshotFile;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.handler.VmHandler;
import io.vfiotce.userspace.PassThroughHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One path of a replay: a VM of its own with its vCPUs, its windows and its handler. */
final class PathRun implements AutoCloseable {
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private static final long GRACE_PERIOD_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    // Far more than real recordings need; what a hostile one asks for beyond is refused.
    private static final long OFF_HEAP_LIMIT_BYTES = 4L << 30;

    private final Set<Thread> vcpuThreads = ConcurrentHashMap.newKeySet();
    private final Mismatches mismatches = new Mismatches();
    private final List<ReplayLane> lanes = new ArrayList<>();
    private final ReplayPlan plan;
    private final UserProcess process;
    private final VmHandler handler;
    private final PassThrough passThrough;
    private final ResourceCounters counters;
    private final Map<String, Long> countersAtStart;
    private long failedNotifications;
    private boolean closed;

    PathRun(final ReplayPlan plan, final ReplayOptions options, final Handlers handlers, final boolean handlerOnly) {
        this.plan = plan;
        process = new UserProcess(new ProcessConfig()
                .hostPageShift(options.hostPageShift())
                .offHeapLimitBytes(OFF_HEAP_LIMIT_BYTES)
                .gracePeriodTimeoutNs(GRACE_PERIOD_TIMEOUT_NS)
                .hostMemory(new BackingMemory(options.passThrough().backingShift())));
        final PassThroughHost host = new PassThroughHost(
                plan.bridges().all().size() * options.passThrough().groups(), process.clock());
        counters = new ResourceCounters(process, host);
        countersAtStart = counters.now();
        handler = handlers.create(
                new VmConfig().answerLimit(AnswerLimit.RUN).process(process).host(host.iommu()),
                plan.bridges().all());
        final Vm vm = handler.vm();
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, !handlerOnly);
        }
        for (final Memslot slot : plan.ram()) {
            vm.addMemslot(slot);
        }
        // Before the lanes: their lists are no memory that devices reach.
        passThrough = new PassThrough(host, vm, plan.bridges(), options.passThrough());
        for (int lane = 0; lane < options.vcpus(); lane++) {
            lanes.add(new ReplayLane(plan, lane, vm, passThrough, handlerOnly, mismatches));
        }
        handler.start(e -> mismatches.add("handler: " + e));
    }

    void verify() {
        onAllLanes(ReplayLane::verify);
        failedNotifications = passThrough.failedNotifications();
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

    /** What devices did with the recorded translations. */
    DeviceResult devices() {
        return lanes.stream().map(ReplayLane::devices).reduce(new DeviceResult(0, 0, 0), DeviceResult::sum);
    }

    long firmwareCalls() {
        return lanes.stream().mapToLong(lane -> lane.windows().firmwareCalls()).sum();
    }

    /** Whether every call that reached the handler was answered on a thread that is no vCPU's. */
    boolean isHandlerApart() {
        return handler.isApartFrom(vcpuThreads);
    }

    boolean wasHandlerUsed() {
        return handler.wasUsed();
    }

    /** How many calls the handler ended by throwing. */
    long handlerFailures() {
        return handler.failures();
    }

    Mismatches mismatches() {
        return mismatches;
    }

    /** The windows that are open now, by LIOBN. */
    Map<Long, TceTable> tables() {
        return passThrough.windows().tables();
    }

    /** Saves the tables; the vCPUs stand still. */
    void save(final Path file) {
        try {
            SnapshotFile.save(handler.vm(), file);
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be written: " + e.getClass().getSimpleName());
        }
    }

    /** Compares the hardware behind every open window with the guest view. */
    void checkHardware() {
        final HardwareCheck check = new HardwareCheck(plan, passThrough, mismatches);
        tables().values().forEach(check::check);
    }

    List<ReplayLane> lanes() {
        return lanes;
    }

    PassThrough passThrough() {
        return passThrough;
    }

    /** The regions with their counts. */
    PinnedMemory pinnedMemory() {
        return process.pinnedMemory();
    }

    /** What userspace stored in the verified round and a container could not map. */
    long failedNotifications() {
        return failedNotifications;
    }

    /** Ends everything by the protocol; returns what is not as it was at the start, in words. */
    List<String> tearDown() {
        lanes.forEach(ReplayLane::close);
        handler.stop();
        passThrough.close();
        handler.close();
        closed = true;
        final List<String> leftovers = counters.changesSince(countersAtStart);
        if (leftovers.isEmpty()) {
            process.close();
            final long bytes = process.offHeap().allocatedBytes();
            return bytes == 0 ? leftovers : List.of("not back at the end: " + bytes + " off-heap bytes of the process");
        }
        return leftovers;
    }

    @Override
    public void close() {
        if (!closed) {
            tearDown();
        }
    }
}
