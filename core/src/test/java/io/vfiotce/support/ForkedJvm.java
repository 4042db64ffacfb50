package io.vfiotce.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class in a fresh JVM of the same version, with the class path of this one. */
public final class ForkedJvm {
    /** The flag that Agrona needs. */
    public static final String AGRONA_FLAG = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    private ForkedJvm() {}

    /**
     * Runs a class to its end.
     *
     * @param jvmFlags flags of the JVM
     * @param main the class
     * @param arguments its arguments
     * @return what it printed, by lines
     */
    public static List<String> run(final List<String> jvmFlags, final Class<?> main, final List<String> arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(main.getName() + " ended with status " + status + ":\n" + output);
            }
            return output.lines().toList();
        } catch (final IOException e) {
            throw new AssertionError("cannot run " + command, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + main.getName(), e);
        }
    }
}
