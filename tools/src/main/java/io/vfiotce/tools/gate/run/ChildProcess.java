package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process with a time limit that leaves no children behind. Commands are interrupted when this JVM is told to end. */
final class ChildProcess {
    /** What {@link #run} returns instead of an exit code when the time was up. */
    static final int TIMED_OUT = -1;

    private ChildProcess() {}

    /**
     * Runs a process to its end.
     *
     * @param command program and arguments
     * @param directory working directory
     * @param log file that gets both outputs
     * @param timeoutMs after this many milliseconds the process and all its descendants are killed
     * @return exit code, or {@link #TIMED_OUT}
     * @throws IOException if the process cannot be started
     * @throws InterruptedException if the caller is interrupted; the process is gone then
     */
    static int run(final List<String> command, final Path directory, final Path log, final long timeoutMs)
            throws IOException, InterruptedException {
        return run(command, directory, log, timeoutMs, process -> {});
    }

    /**
     * Runs a process to its end.
     *
     * @param command program and arguments
     * @param directory working directory
     * @param log file that gets both outputs
     * @param timeoutMs after this many milliseconds the process and all its descendants are killed
     * @param started hears of the process when it has begun
     * @return exit code, or {@link #TIMED_OUT}
     * @throws IOException if the process cannot be started
     * @throws InterruptedException if the caller is interrupted; the process is gone then
     */
    static int run(
            final List<String> command,
            final Path directory,
            final Path log,
            final long timeoutMs,
            final Consumer<ProcessHandle> started)
            throws IOException, InterruptedException {
        return run(
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile()),
                timeoutMs,
                started);
    }

    /**
     * Runs a process to its end.
     *
     * @param builder what to start, with a place for each output
     * @param timeoutMs after this many milliseconds the process and all its descendants are killed
     * @return exit code, or {@link #TIMED_OUT}
     * @throws IOException if the process cannot be started
     * @throws InterruptedException if the caller is interrupted; the process is gone then
     */
    static int run(final ProcessBuilder builder, final long timeoutMs) throws IOException, InterruptedException {
        return run(builder, timeoutMs, process -> {});
    }

    private static int run(final ProcessBuilder builder, final long timeoutMs, final Consumer<ProcessHandle> started)
            throws IOException, InterruptedException {
        final Process process = builder.start();
        try {
            started.accept(process.toHandle());
            process.getOutputStream().close();
            return process.waitFor(timeoutMs, TimeUnit.MILLISECONDS) ? process.exitValue() : TIMED_OUT;
        } finally {
            killTree(process);
        }
    }

    /** Children first: a parent that is gone hides them. */
    private static void killTree(final Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
