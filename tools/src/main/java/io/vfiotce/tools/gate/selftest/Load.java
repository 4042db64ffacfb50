package io.vfiotce.tools.gate.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Other processes that want all processors but one all the time, and one if there is but one. They end by themselves if this
 * JVM is gone.
 */
final class Load implements AutoCloseable {
    private static final String BUSY =
            "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done";

    private final List<Process> processes = new ArrayList<>();

    private Load() {}

    static Load start() {
        final Load load = new Load();
        final int busy = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        try {
            for (int i = 0; i < busy; i++) {
                load.processes.add(new ProcessBuilder("sh", "-c", BUSY)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start());
            }
            return load;
        } catch (final IOException e) {
            load.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Whether they have loaded the machine until now. */
    boolean isRunning() {
        return processes.stream().allMatch(Process::isAlive);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }
}
