package io.vfiotce.handoff;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Measures how long a vCPU waits. The clock is read once in {@value #POLLS_PER_READING} looks, so an answer that is quick is not
 * held up by it.
 *
 * @threads the vCPU's own
 */
final class AnswerTimer {
    private static final int POLLS_PER_READING = 16;

    private final NanoClock clock;
    private final AnswerLimit limit;
    private int polls;
    private boolean isRunning;
    private long startNs;

    AnswerTimer(final NanoClock clock, final AnswerLimit limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Starts anew. */
    void start() {
        polls = 0;
        isRunning = false;
    }

    /**
     * Says whether to give up, after one more look.
     *
     * @return true at the deadline
     * @throws HandlerHangException at the limit of a run that has no deadline
     */
    boolean isOver() {
        if (++polls % POLLS_PER_READING != 0) {
            return false;
        }
        final long now = clock.nanoTime();
        if (!isRunning) {
            isRunning = true;
            startNs = now;
        }
        if (now - startNs < limit.timeoutNs()) {
            return false;
        }
        if (limit.isHang()) {
            throw new HandlerHangException("the userspace handler has not answered a hypercall for "
                    + TimeUnit.NANOSECONDS.toMillis(limit.timeoutNs()) + " ms");
        }
        return true;
    }
}
