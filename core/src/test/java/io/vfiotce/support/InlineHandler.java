package io.vfiotce.support;

import io.vfiotce.handoff.InProcessHandoff;
import org.agrona.concurrent.IdleStrategy;

/** Lets a waiting vCPU run the handler itself: one thread, one order of events. Only for VMs with one vCPU. */
public final class InlineHandler implements IdleStrategy {
    private InProcessHandoff handoff;

    /**
     * Says whose calls are to be answered.
     *
     * @param answering the VM's hand-off
     */
    public void answer(final InProcessHandoff answering) {
        handoff = answering;
    }

    @Override
    public void idle(final int workCount) {
        handoff.doWork();
    }

    @Override
    public void idle() {
        handoff.doWork();
    }

    @Override
    public void reset() {
        // Nothing is kept between calls.
    }
}
