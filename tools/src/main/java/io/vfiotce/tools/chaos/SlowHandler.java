package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.tools.handler.HandlerCommand;
import io.vfiotce.tools.handler.HandlerFollower;
import io.vfiotce.tools.handler.HandlerIdle;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A handler that takes its time, so that a fault nearly always meets a request under way: it rests before it decides and once more
 * before the answer is written. It is a process of its own, whose main class this is.
 */
public final class SlowHandler implements UserspaceHandler {
    private final UserspaceHandler handler;
    private final int maxRestMicros;
    private final Random random;

    private SlowHandler(final UserspaceHandler handler, final int maxRestMicros, final long seed) {
        this.handler = handler;
        this.maxRestMicros = maxRestMicros;
        random = new Random(seed);
    }

    /** What to start as the handler, given how long it rests at most, in microseconds, and of what that is random. */
    static List<String> command(final int maxRestMicros, final long seed) {
        return List.of(SlowHandler.class.getName(), Integer.toString(maxRestMicros), Long.toString(seed));
    }

    /**
     * Serves what standard input names.
     *
     * @param args how long it rests at most, in microseconds, and the seed
     */
    public static void main(final String[] args) {
        final int maxRestMicros = Integer.parseInt(args[0]);
        final long seed = Long.parseLong(args[1]);
        HandlerFollower.run(
                HandlerIdle.BACKOFF,
                (windows, bridges) -> new SlowHandler(HandlerCommand.handler(windows, bridges), maxRestMicros, seed),
                System.in,
                System.out::println);
        System.exit(0);
    }

    @Override
    public void handle(final HcallRequest request, final HcallAnswer answer) {
        rest();
        handler.handle(request, answer);
        rest();
    }

    /** Any time from none to the most. */
    private void rest() {
        final int micros = random.nextInt(maxRestMicros + 1);
        if (micros > 0) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }
}
