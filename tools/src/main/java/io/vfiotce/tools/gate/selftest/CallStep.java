package io.vfiotce.tools.gate.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * A whole run of the gate.
 *
 * @param name what is under way
 * @param expectedMs what it takes
 * @param call the run
 * @param calls starts it
 * @param loaded whether another process loads the machine meanwhile
 * @param guard asked for a calm host before; null if that does not matter
 */
record CallStep(String name, long expectedMs, GateCall call, GateCalls calls, boolean loaded, Guard guard)
        implements Step {
    @Override
    public boolean isDone() {
        return Files.exists(call.report());
    }

    @Override
    public void run() throws InterruptedException {
        if (guard != null) {
            guard.requireCalm();
        }
        if (!loaded) {
            calls.run(call);
            return;
        }
        try (Load load = Load.start()) {
            calls.run(call);
            if (!load.isRunning()) {
                Files.delete(call.report());
                throw new IllegalStateException("the load ended before the run did");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
