package io.vfiotce.handoff;

import io.vfiotce.papr.HStatus;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Runs the embedder's handler: whatever it does, there is an answer afterwards.
 *
 * @threads the handler's own, but for {@link #failures}
 */
final class GuardedHandler {
    private final UserspaceHandler handler;
    private final AtomicLong failures = new AtomicLong();

    GuardedHandler(final UserspaceHandler handler) {
        this.handler = handler;
    }

    /** Decides one call; lets an exception through, with the answer written, only if the handler wants its agent to end. */
    void handle(final HcallRequest request, final HcallAnswer answer) {
        // Stands if the handler fails or forgets to answer: a vCPU never waits for ever.
        answer.end(HStatus.H_HARDWARE);
        try {
            handler.handle(request, answer);
        } catch (final AgentTerminationException e) {
            answer.end(HStatus.H_HARDWARE);
            throw e;
        } catch (final RuntimeException | Error e) {
            answer.fail();
            failures.incrementAndGet();
        }
    }

    /** How many calls it ended by throwing. */
    long failures() {
        return failures.get();
    }
}
