package io.vfiotce.handoff;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the peer is still asked: three answers that no sound handler gives end that, for all vCPUs.
 *
 * @threads any
 */
final class PeerFence {
    private static final int MAX_BAD_ANSWERS = 3;

    private final HandoffLog log;
    private final AtomicInteger badAnswers = new AtomicInteger();
    private volatile boolean isUp;

    PeerFence(final HandoffLog log) {
        this.log = log;
    }

    void badAnswer() {
        if (badAnswers.incrementAndGet() == MAX_BAD_ANSWERS) {
            raise(MAX_BAD_ANSWERS + " of its answers were wrong");
        }
    }

    synchronized void raise(final String reason) {
        if (!isUp) {
            isUp = true;
            log.fenced(reason);
        }
    }

    synchronized void lift() {
        badAnswers.set(0);
        isUp = false;
    }

    boolean isUp() {
        return isUp;
    }
}
