package io.vfiotce.tools.gate.layer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A stand-in for {@code java} that JMH is given as {@code -jvm}: it runs the fork under Valgrind's Callgrind, which counts
 * instructions exactly and needs no counters of the processor.
 *
 * <p>Callgrind writes what it has counted, and starts anew, whenever the JVM enters {@code JVM_GC}: that is where
 * {@code System.gc()} arrives, which JMH calls before every iteration. So each iteration has its own count, and what set-up
 * and compilation before it took, which varies by percents from fork to fork, is in none.
 */
public final class CallgrindJvm {
    /** Name of what Callgrind writes, before the process's number. */
    static final String FILE_PREFIX = "callgrind.out.";

    /** Names the JVM whose system properties alone JMH is after; there is nothing to count in it. */
    private static final String PROPERTIES_MAIN = "org.openjdk.jmh.runner.PrintPropertiesMain";

    private CallgrindJvm() {}

    /** {@return Valgrind's path, if it is installed where this process finds programs} */
    public static Optional<Path> valgrind() {
        return valgrind(Objects.requireNonNullElse(System.getenv("PATH"), ""));
    }

    /**
     * Looks for Valgrind.
     *
     * @param searchPath directories as in the environment variable {@code PATH}
     * @return its path, if it is installed
     */
    static Optional<Path> valgrind(final String searchPath) {
        return Arrays.stream(searchPath.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "valgrind"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Writes the stand-in. Code made at run time is checked for changes, and all registers are kept up to date at memory
     * accesses: HotSpot catches null pointers by the fault and reads the registers then, and crashes under Valgrind's default.
     *
     * @param directory an empty directory of this fork, which gets the script and the counts
     * @param valgrind Valgrind
     * @param java the JVM
     * @return the script
     * @throws IOException if it cannot be written
     */
    public static Path write(final Path directory, final Path valgrind, final Path java) throws IOException {
        final String script = String.join(
                "\n",
                "#!/bin/sh",
                "case \" $* \" in",
                "*' " + PROPERTIES_MAIN + " '*) exec " + quoted(java) + " \"$@\" ;;",
                "esac",
                "exec " + quoted(valgrind) + " --tool=callgrind --dump-before=JVM_GC"
                        + " --smc-check=all-non-file --vex-iropt-register-updates=allregs-at-mem-access"
                        + " --callgrind-out-file="
                        + quoted(directory.toAbsolutePath().resolve(FILE_PREFIX + "%p"))
                        + " --log-file=" + quoted(directory.toAbsolutePath().resolve("valgrind.log"))
                        + " " + quoted(java) + " \"$@\"",
                "");
        final Path file = directory.resolve("java");
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private static String quoted(final Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
