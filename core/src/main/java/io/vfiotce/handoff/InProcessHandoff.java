package io.vfiotce.handoff;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.papr.HStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * Hand-off to a handler in this process, behind a lock-free queue of cells.
 *
 * <p>It is an Agrona {@link Agent}: run it with an {@code AgentRunner} on a thread of its own. A vCPU has one cell and at
 * most one call under way, so the queue never overflows and nothing is allocated per call.
 *
 * @threads {@link #doWork} one thread, not a vCPU's; ports one vCPU thread each
 * @ordering request words: plain, published by the queue; answer words: plain, published by the answer number, a release
 *     store that the vCPU loads with acquire
 */
public final class InProcessHandoff implements Handoff, Agent {
    private static final int MAX_CALLS_PER_DUTY_CYCLE = 64;

    private final UserspaceHandler handler;
    private final OffHeap offHeap;
    private final Supplier<? extends IdleStrategy> vcpuIdle;
    private final MpscVarHandleArrayQueue<InProcessPort> queue;
    private final int maxPorts;
    private final AtomicLong failures = new AtomicLong();
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
     */
    public InProcessHandoff(
            final UserspaceHandler handler,
            final OffHeap offHeap,
            final Supplier<? extends IdleStrategy> vcpuIdle,
            final int maxPorts) {
        this.handler = handler;
        this.offHeap = offHeap;
        this.vcpuIdle = vcpuIdle;
        this.maxPorts = maxPorts;
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, maxPorts));
    }

    @Override
    public synchronized HandoffPort openPort() {
        if (openPorts == maxPorts) {
            throw new IllegalStateException("all " + maxPorts + " ports of the hand-off are open");
        }
        final InProcessPort port = new InProcessPort(this, offHeap, vcpuIdle.get());
        openPorts++;
        return port;
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
            answer(port);
            answered++;
        }
        return answered;
    }

    private void answer(final InProcessPort port) {
        // Stands if the handler fails or forgets to answer: a vCPU never waits for ever.
        port.answer().end(HStatus.H_HARDWARE);
        try {
            handler.handle(port.request(), port.answer());
        } catch (final AgentTerminationException e) {
            port.answer().end(HStatus.H_HARDWARE);
            port.publishAnswer();
            throw e;
        } catch (final RuntimeException | Error e) {
            port.answer().end(HStatus.H_HARDWARE);
            failures.incrementAndGet();
        }
        port.publishAnswer();
    }

    /** {@return how many calls the handler ended by throwing; their vCPUs got H_HARDWARE} */
    public long failures() {
        return failures.get();
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

    boolean isClosed() {
        return closed;
    }

    boolean offer(final InProcessPort port) {
        return queue.offer(port);
    }
}
