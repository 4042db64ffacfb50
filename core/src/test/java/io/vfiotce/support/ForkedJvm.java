package io.vfiotce.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a main class in a fresh JVM of the same version, with the class path of this one. */
public final class ForkedJvm {
    /** The flag that Agrona needs. */
    public static final String AGRONA_FLAG = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    private static final Path JDKS = Path.of("/usr/lib/jvm");
    private static final int OLDEST = 17;

    private ForkedJvm() {}

    /** {@return home of an installed JDK of another version than this one that can run these classes} */
    public static Optional<Path> otherJdk() {
        if (!Files.isDirectory(JDKS)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(JDKS)) {
            return homes.filter(home -> Files.isExecutable(home.resolve("bin").resolve("java")))
                    .filter(home -> version(home) >= OLDEST
                            && version(home) != Runtime.version().feature())
                    .sorted()
                    .findFirst();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The feature version that a JDK's release file names; 0 if it does not. */
    private static int version(final Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (final IOException e) {
            return 0;
        }
    }

    /**
     * Runs a class to its end.
     *
     * @param jvmFlags flags of the JVM
     * @param main the class
     * @param arguments its arguments
     * @return what it printed, by lines
     */
    public static List<String> run(final List<String> jvmFlags, final Class<?> main, final List<String> arguments) {
        return run(Path.of(System.getProperty("java.home")), jvmFlags, main, arguments);
    }

    /** As {@link #run(List, Class, List)}, with the JVM of any JDK. */
    public static List<String> run(
            final Path javaHome, final List<String> jvmFlags, final Class<?> main, final List<String> arguments) {
        final List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
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
