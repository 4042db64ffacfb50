package io.vfiotce.tools;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the process is asked to end by a signal: the work is told, and the JVM waits some seconds for it.
 *
 * @threads the work's, and the JVM's at its end
 */
public final class Termination implements AutoCloseable {
    private static final long MAX_WAIT_SECONDS = 5;

    private final Runnable tell;
    private final Runnable inTheEnd;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "termination");
    private volatile boolean isRequested;

    private Termination(final Runnable tell, final Runnable inTheEnd) {
        this.tell = tell;
        this.inTheEnd = inTheEnd;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A command that is interrupted when the process is asked to end. */
    @FunctionalInterface
    public interface Command {
        /**
         * Does all that there is to do.
         *
         * @param termination says whether the process is asked to end
         * @return the exit code
         * @throws IOException if something cannot be read or written
         * @throws InterruptedException if the command is interrupted; what is temporary is gone then
         */
        int run(Termination termination) throws IOException, InterruptedException;
    }

    /**
     * Watches a loop that looks at {@link #isRequested}. The process ends with exit code 0 when the loop has ended.
     *
     * @return to be closed when the loop has ended
     */
    public static Termination ofLoop() {
        return new Termination(() -> {}, () -> Runtime.getRuntime().halt(0));
    }

    /**
     * Runs a command. If the process is asked to end, the command is interrupted, so that on its way out it ends its processes and
     * removes what is temporary; what else becomes of it is not told, and the exit code is the signal's.
     *
     * @param command the command, which runs in this thread
     * @return its exit code; of no meaning if the process is asked to end
     * @throws IOException if the command throws it
     * @throws InterruptedException if the command throws it
     */
    public static int interrupting(final Command command) throws IOException, InterruptedException {
        try (Termination termination = new Termination(Thread.currentThread()::interrupt, () -> {})) {
            try {
                return command.run(termination);
            } catch (final IOException | InterruptedException | RuntimeException e) {
                if (termination.isRequested) {
                    return ExitCodes.BAD_INPUT;
                }
                throw e;
            }
        }
    }

    private void end() {
        isRequested = true;
        tell.run();
        try {
            if (ended.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                inTheEnd.run();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the process is asked to end} */
    public boolean isRequested() {
        return isRequested;
    }

    /** The work has ended. */
    @Override
    public void close() {
        ended.countDown();
        if (!isRequested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (final IllegalStateException e) {
                // The signal has come just now.
                isRequested = true;
            }
        }
    }
}
