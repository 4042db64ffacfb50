package io.vfiotce.tools.gate.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Another process that wants a processor all the time. It ends by itself if this JVM is gone. */
final class Load implements AutoCloseable {
    private static final String BUSY =
            "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done";

    private final Process process;

    private Load(final Process process) {
        this.process = process;
    }

    static Load start() {
        try {
            return new Load(new ProcessBuilder("sh", "-c", BUSY)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it has loaded the machine until now. */
    boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
