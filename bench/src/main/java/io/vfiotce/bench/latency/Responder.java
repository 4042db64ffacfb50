package io.vfiotce.bench.latency;

import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.file.Path;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/** The handler's process: answers by files until the rig's end of them is closed. */
public final class Responder {
    private Responder() {}

    /**
     * Answers.
     *
     * @param args the hand-off's directory, and how to wait
     */
    public static void main(final String[] args) {
        final IdleStrategy idle = Idle.valueOf(args[1]).strategy();
        try (SharedHandler handler = SharedHandler.open(Path.of(args[0]), ReferenceHandler::new)) {
            while (true) {
                idle.idle(handler.doWork());
            }
        } catch (final AgentTerminationException e) {
            // The rig has ended.
            return;
        }
    }
}
