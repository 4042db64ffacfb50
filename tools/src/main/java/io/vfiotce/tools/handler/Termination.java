package io.vfiotce.tools.handler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a loop end in order when the process is asked to end by a signal, and the process then ends with exit code 0.
 *
 * @threads the loop's, and the JVM's at its end
 */
final class Termination implements AutoCloseable {
    private static final long MAX_WAIT_SECONDS = 5;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "termination");
    private volatile boolean isRequested;

    Termination() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void end() {
        isRequested = true;
        try {
            if (ended.await(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isRequested() {
        return isRequested;
    }

    /** The loop has ended. */
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
