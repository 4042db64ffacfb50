package io.vfiotce.handoff;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.telemetry.HcallCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * Hand-off to a handler in this process, behind a lock-free queue of cells.
 *
 * <p>It is an Agrona {@link Agent}: run it with an {@code AgentRunner} on a thread of its own. A vCPU has one cell and at
 * most one call under way, so the queue never overflows and nothing is allocated per call.
 *
 * @threads {@link #doWork} one thread, a vCPU's only if its idle strategy calls it while it waits; ports one vCPU thread each
 * @ordering request words: plain, published by the queue; answer words: plain, published by the answer number, a release
 *     store that the vCPU loads with acquire
 */
public final class InProcessHandoff implements Handoff, Agent {
    private static final int MAX_CALLS_PER_DUTY_CYCLE = 64;

    private final GuardedHandler handler;
    private final OffHeap offHeap;
    private final Supplier<? extends IdleStrategy> vcpuIdle;
    private final MpscVarHandleArrayQueue<InProcessPort> queue;
    private final int maxPorts;
    private final HandoffLog log = new HandoffLog();
    private final NanoClock clock;
    private final AnswerLimit limit;
    private final List<InProcessPort> abandoned = new ArrayList<>();
    private int openPorts;
    private volatile boolean closed;

    /**
     * Creates a hand-off without ports.
     *
     * @param handler decides the calls
     * @param offHeap where cells are kept
     * @param vcpuIdle makes the strategy by which each vCPU waits; strategies may keep state, so each gets its own
     * @param maxPorts most vCPUs
     * @param clock measures how long vCPUs wait
     * @param limit how long they wait at most
     */
    public InProcessHandoff(
            final UserspaceHandler handler,
            final OffHeap offHeap,
            final Supplier<? extends IdleStrategy> vcpuIdle,
            final int maxPorts,
            final NanoClock clock,
            final AnswerLimit limit) {
        this.handler = GuardedHandler.ofProcess(handler);
        this.clock = clock;
        this.limit = limit;
        this.offHeap = offHeap;
        this.vcpuIdle = vcpuIdle;
        this.maxPorts = maxPorts;
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, maxPorts));
    }

    @Override
    public synchronized HandoffPort openPort(final HcallCounters counters) {
        if (openPorts == maxPorts) {
            throw new IllegalStateException("all " + maxPorts + " ports of the hand-off are open");
        }
        final InProcessPort port =
                new InProcessPort(this, offHeap, vcpuIdle.get(), new AnswerTimer(clock, limit), counters);
        openPorts++;
        return port;
    }

    @Override
    public boolean windowAdded(
            final long liobn,
            final int pageShift,
            final long offsetPages,
            final long sizePages,
            final long generation) {
        // The handler finds windows in the VM's directory.
        return true;
    }

    @Override
    public void windowRemoved(final long generation) {
        // The handler finds windows in the VM's directory.
    }

    synchronized void portClosed(final InProcessPort port, final boolean isAnswered) {
        openPorts--;
        if (isAnswered) {
            port.free();
        } else {
            abandoned.add(port);
        }
    }

    /** Frees what calls that were never answered have left. {@link #doWork} must not run any more. */
    public synchronized void free() {
        abandoned.forEach(InProcessPort::free);
        abandoned.clear();
    }

    /**
     * Answers what is waiting.
     *
     * @return how many calls were answered
     */
    @Override
    public int doWork() {
        int answered = 0;
        InProcessPort port;
        while (answered < MAX_CALLS_PER_DUTY_CYCLE && (port = queue.relaxedPoll()) != null) {
            try {
                handler.handle(port.request(), port.answer());
            } finally {
                port.publishAnswer();
            }
            answered++;
        }
        return answered;
    }

    /** {@return how many calls the handler ended by throwing; their vCPUs got H_HARDWARE} */
    public long failures() {
        return handler.failures();
    }

    /** Ends the hand-off: calls that wait, and all later ones, are not answered any more. */
    @Override
    public void onClose() {
        closed = true;
    }

    @Override
    public String roleName() {
        return "vfio-tce-handler";
    }

    void unanswered() {
        log.unanswered(limit);
    }

    boolean isClosed() {
        return closed;
    }

    boolean offer(final InProcessPort port) {
        return queue.offer(port);
    }
}
