package io.vfiotce.handoff;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says once what goes wrong with a handler; how often is counted for each vCPU.
 *
 * @threads any
 */
final class HandoffLog {
    private static final System.Logger LOGGER = System.getLogger("io.vfiotce.handoff");

    private final AtomicBoolean isUnansweredLogged = new AtomicBoolean();

    void unanswered(final AnswerLimit limit) {
        if (isUnansweredLogged.compareAndSet(false, true)) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the userspace handler has not answered a hypercall within {0} ms: H_HARDWARE, nothing done;"
                            + " later ones are only counted",
                    TimeUnit.NANOSECONDS.toMillis(limit.timeoutNs()));
        }
    }

    /** A fence is final until it is lifted, so each is said. */
    void fenced(final String reason) {
        LOGGER.log(
                System.Logger.Level.ERROR,
                "the userspace handler is not asked any more, hypercalls that need it end with H_HARDWARE: {0}",
                reason);
    }
}
