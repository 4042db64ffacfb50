package io.vfiotce.bench.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs with our classes and default product flags. */
final class ChildJvm {
    private ChildJvm() {}

    /**
     * Starts one.
     *
     * @param main its main class
     * @param arguments its arguments
     * @return the process
     * @throws IOException if it cannot be started
     */
    static Process start(final Class<?> main, final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start();
    }

    /**
     * Runs one to its end.
     *
     * @param main its main class
     * @param arguments its arguments
     * @throws IOException if it cannot be started, or fails
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    static void run(final Class<?> main, final List<String> arguments) throws IOException, InterruptedException {
        final int status = start(main, arguments).waitFor();
        if (status != 0) {
            throw new IOException(main.getSimpleName() + " " + arguments + " ended with " + status);
        }
    }
}
