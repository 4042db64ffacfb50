package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The lock by which every JMH of a machine keeps others from running beside it. JMH gives up where another holds it, which would
 * cost a row its verdict; here it is waited for, and held in JMH's place.
 *
 * @threads one at a time
 */
final class JmhLock {
    /** JMH's own switch, for who knows better. */
    private static final String IGNORED = "jmh.ignoreLock";

    private static final long LOOK_MS = 500;
    private static final long MOST_WAIT_MS = TimeUnit.MINUTES.toMillis(10);

    private final Path file;
    private final long mostWaitMs;
    private long waitedMs;

    /**
     * Creates the lock of a file.
     *
     * @param file the file
     * @param mostWaitMs longest wait for others to release it, all waits together, in milliseconds
     */
    JmhLock(final Path file, final long mostWaitMs) {
        this.file = file;
        this.mostWaitMs = mostWaitMs;
    }

    /** {@return the lock of this machine's JMH} */
    static JmhLock ofMachine() {
        return new JmhLock(Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock"), MOST_WAIT_MS);
    }

    /** What runs while the lock is held. */
    @FunctionalInterface
    interface Body<T> {
        /**
         * Runs.
         *
         * @return what came of it
         * @throws IOException if it fails
         * @throws InterruptedException if the caller is interrupted
         */
        T run() throws IOException, InterruptedException;
    }

    /**
     * Runs something while no JMH of others runs.
     *
     * @param body what to run
     * @param <T> what comes of it
     * @return that
     * @throws ForkFailedException if another holds the lock for too long, or the file cannot be opened
     * @throws IOException if the body fails
     * @throws InterruptedException if the caller is interrupted
     */
    <T> T held(final Body<T> body) throws IOException, InterruptedException {
        if (Boolean.getBoolean(IGNORED)) {
            return body.run();
        }
        // Closing the file releases it.
        try (FileChannel channel = open()) {
            lock(channel);
            return body.run();
        }
    }

    private FileChannel open() {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (final IOException e) {
            throw new ForkFailedException(file + ": cannot be opened, so nobody knows whether another JMH runs (" + e
                    + "); -D" + IGNORED + "=true does without");
        }
    }

    private void lock(final FileChannel channel) throws IOException, InterruptedException {
        while (!isLocked(channel)) {
            if (waitedMs >= mostWaitMs) {
                throw new ForkFailedException(
                        String.format(Locale.ROOT, "other JMHs have held %s for %.1f minutes", file, mostWaitMs / 6e4));
            }
            Thread.sleep(LOOK_MS);
            waitedMs += LOOK_MS;
        }
    }

    private static boolean isLocked(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            // Another run within this JVM has it.
            return false;
        }
    }
}
