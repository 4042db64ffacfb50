package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs with our classes and default product flags. */
public final class ChildJvm {
    /** Agrona's buffers need it, in every JVM that we start. */
    static final String AGRONA_FLAG = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    private ChildJvm() {}

    /**
     * Prepares one.
     *
     * @param main name of its main class
     * @param arguments its arguments
     * @return what starts it
     */
    static ProcessBuilder of(final String main, final List<String> arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                AGRONA_FLAG,
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /**
     * Starts one that writes where this one does.
     *
     * @param main its main class
     * @param arguments its arguments
     * @return the process
     * @throws IOException if it cannot be started
     */
    public static Process start(final Class<?> main, final List<String> arguments) throws IOException {
        return of(main.getName(), arguments).inheritIO().start();
    }

    /**
     * Runs one to its end.
     *
     * @param main its main class
     * @param arguments its arguments
     * @throws IOException if it cannot be started, or fails
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static void run(final Class<?> main, final List<String> arguments) throws IOException, InterruptedException {
        final int status = start(main, arguments).waitFor();
        if (status != 0) {
            throw new IOException(main.getSimpleName() + " " + arguments + " ended with " + status);
        }
    }
}
