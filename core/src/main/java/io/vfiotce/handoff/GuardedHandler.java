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
    private final boolean servesFiles;
    private final AtomicLong failures = new AtomicLong();

    private GuardedHandler(final UserspaceHandler handler, final boolean servesFiles) {
        this.handler = handler;
        this.servesFiles = servesFiles;
    }

    /** For calls that come from this process. */
    static GuardedHandler ofProcess(final UserspaceHandler handler) {
        return new GuardedHandler(handler, false);
    }

    /**
     * For calls that come in files which may be cut short: the JVM may say so anywhere from the first of the handler's instructions to the
     * last, and that is no failure of the handler's.
     */
    static GuardedHandler ofFiles(final UserspaceHandler handler) {
        return new GuardedHandler(handler, true);
    }

    /**
     * Decides one call; lets an exception through only if the agent is to end: because the handler wants that, or because a file was
     * cut short.
     */
    void handle(final HcallRequest request, final HcallAnswer answer) {
        // Stands if the handler fails or forgets to answer: a vCPU never waits for ever.
        answer.end(HStatus.H_HARDWARE);
        try {
            handler.handle(request, answer);
        } catch (final AgentTerminationException e) {
            answer.end(HStatus.H_HARDWARE);
            throw e;
        } catch (final RuntimeException | Error e) {
            if (servesFiles && e instanceof InternalError) {
                throw new AgentTerminationException(SharedHandoff.CUT_SHORT, e);
            }
            answer.fail();
            failures.incrementAndGet();
        }
    }

    /** How many calls it ended by throwing. */
    long failures() {
        return failures.get();
    }
}
