package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.tools.handler.HandlerCommand;
import io.vfiotce.tools.handler.HandlerFollower;
import io.vfiotce.tools.handler.HandlerIdle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A handler that dies at one step of its work; it is a process of its own, whose main class this is. */
public final class DyingHandler implements UserspaceHandler {
    /** When it dies: the request is read, or decided but not answered. */
    enum Moment {
        BEFORE,
        AFTER;
    }

    /** How the process ends. */
    static final int EXIT_CODE = 77;

    private final UserspaceHandler handler;
    private final Moment moment;
    private int left;

    private DyingHandler(final UserspaceHandler handler, final Moment moment, final int request) {
        this.handler = handler;
        this.moment = moment;
        left = request;
    }

    /**
     * Serves what standard input names, and dies if a fuse is there.
     *
     * @param args the fuse, a file that is burnt at the start; the moment; the number of the request at which it dies
     * @throws IOException if the fuse cannot be burnt
     */
    public static void main(final String[] args) throws IOException {
        final boolean dies = Files.deleteIfExists(Path.of(args[0]));
        final Moment moment = Moment.valueOf(args[1]);
        final int request = dies ? Integer.parseInt(args[2]) : 0;
        HandlerFollower.run(
                HandlerIdle.BACKOFF,
                (windows, bridges) -> make(windows, bridges, moment, request),
                System.in,
                System.out::println);
        System.exit(0);
    }

    private static UserspaceHandler make(
            final WindowLookup windows, final BridgeLookup bridges, final Moment moment, final int request) {
        return new DyingHandler(HandlerCommand.handler(windows, bridges), moment, request);
    }

    @Override
    public void handle(final HcallRequest request, final HcallAnswer answer) {
        final boolean isLast = --left == 0;
        if (isLast && moment == Moment.BEFORE) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        handler.handle(request, answer);
        if (isLast) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
