package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that print their arguments stand for Valgrind and the JVM. */
class CallgrindJvmTest {
    @TempDir
    private Path temp;

    private Path directory;
    private Path java;
    private Path valgrind;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createDirectory(temp.resolve("it's a directory"));
        java = program("jvm");
        valgrind = program("valgrind");
    }

    @Test
    void shouldRunTheForkUnderCallgrind() throws IOException {
        final List<String> lines = run("-Da=b c", "org.openjdk.jmh.runner.ForkedMain", "127.0.0.1");
        assertEquals("valgrind", lines.get(0));
        assertTrue(lines.contains("--tool=callgrind"));
        assertTrue(lines.contains("--dump-before=JVM_GC"));
        assertTrue(lines.contains("--vex-iropt-register-updates=allregs-at-mem-access"));
        assertTrue(lines.contains("--callgrind-out-file=" + directory.resolve("callgrind.out.%p")));
        assertEquals(
                List.of(java.toString(), "-Da=b c", "org.openjdk.jmh.runner.ForkedMain", "127.0.0.1"),
                lines.subList(lines.size() - 4, lines.size()));
    }

    @Test
    void shouldNotCountWhatOnlyPrintsProperties() throws IOException {
        final List<String> lines = run("-cp", "a b", "org.openjdk.jmh.runner.PrintPropertiesMain", "file");
        assertEquals(List.of("jvm", "-cp", "a b", "org.openjdk.jmh.runner.PrintPropertiesMain", "file"), lines);
    }

    @Test
    void shouldFindValgrindOnlyWhereItCanBeRun() throws IOException {
        final String path = temp.resolve("none") + File.pathSeparator + File.pathSeparator + temp;
        assertEquals(Optional.of(valgrind), CallgrindJvm.valgrind(path));
        Files.setPosixFilePermissions(valgrind, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(Optional.empty(), CallgrindJvm.valgrind(path));
        assertEquals(Optional.empty(), CallgrindJvm.valgrind(""));
    }

    private Path program(final String name) throws IOException {
        final Path file = temp.resolve(name);
        Files.writeString(file, "#!/bin/sh\necho " + name + "\nprintf '%s\\n' \"$@\"\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> run(final String... args) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(CallgrindJvm.write(directory, valgrind, java).toString());
        command.addAll(List.of(args));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
