package io.vfiotce.handoff;

import java.util.concurrent.TimeUnit;

/**
 * How long a vCPU waits for the answer to one call, and what happens then.
 *
 * @param timeoutNs how long, in nanoseconds
 * @param isHang whether a {@link HandlerHangException} is thrown then; if not, the call ends with H_HARDWARE
 */
public record AnswerLimit(long timeoutNs, boolean isHang) {
    /** What a handler on a thread of this process has. */
    public static final AnswerLimit THREAD = deadline(TimeUnit.MILLISECONDS.toNanos(100));

    /** What a handler in another process has: it may be started anew meanwhile. */
    public static final AnswerLimit PROCESS = deadline(TimeUnit.SECONDS.toNanos(2));

    /** What a run has whose outcome must not depend on how busy the machine is: a minute, then the run has failed. */
    public static final AnswerLimit RUN = hang(TimeUnit.MINUTES.toNanos(1));

    /**
     * Checks the time.
     *
     * @param timeoutNs how long, in nanoseconds
     * @param isHang whether the run has failed then
     * @throws IllegalArgumentException if it is not positive
     */
    public AnswerLimit {
        if (timeoutNs <= 0) {
            throw new IllegalArgumentException("timeoutNs=" + timeoutNs + " is not positive");
        }
    }

    /**
     * A deadline: the guest gets H_HARDWARE and goes on.
     *
     * @param timeoutNs nanoseconds
     * @return the limit
     */
    public static AnswerLimit deadline(final long timeoutNs) {
        return new AnswerLimit(timeoutNs, false);
    }

    /**
     * A limit for runs whose outcome must not depend on time: when it is reached, the run has failed.
     *
     * @param timeoutNs nanoseconds
     * @return the limit
     */
    public static AnswerLimit hang(final long timeoutNs) {
        return new AnswerLimit(timeoutNs, true);
    }
}
