package io.vfiotce.bench.peer;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.agrona.IoUtil;

/** The program in C: built from the sources on the class path, run row by row. */
final class CProgram {
    /** Sources and headers, which lie beside this class. */
    static final List<String> SOURCES = List.of(
            "check.c",
            "iommu_table.c",
            "kernel_put.c",
            "kernel_rows.c",
            "kernel_update.c",
            "limits.c",
            "main.c",
            "measure.c",
            "memory.c",
            "qemu.c",
            "qemu_rows.c",
            "random.c",
            "streams.c");

    static final List<String> HEADERS = List.of(
            "check.h",
            "iommu_table.h",
            "kernel.h",
            "kernel_rows.h",
            "limits.h",
            "measure.h",
            "memory.h",
            "papr.h",
            "qemu.h",
            "random.h",
            "streams.h");

    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

    private final Path executable;

    private CProgram(final Path executable) {
        this.executable = executable;
    }

    /**
     * Finds a C compiler.
     *
     * @param path directories as in {@code PATH}, or null
     * @return the first of cc, gcc and clang that is there
     */
    static Optional<Path> compiler(final String path) {
        if (path == null) {
            return Optional.empty();
        }
        for (final String name : COMPILERS) {
            for (final String directory : path.split(File.pathSeparator)) {
                final Path file = Path.of(directory, name);
                if (Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The program of these sources and this compiler, built unless it was before.
     *
     * @param compiler the C compiler
     * @param directory where programs are kept
     * @return the program
     * @throws IOException if it does not compile, with what the compiler said
     */
    static CProgram kept(final Path compiler, final Path directory) throws IOException, InterruptedException {
        final Path executable = directory.resolve("c-peer-" + digest(compiler));
        if (!Files.isExecutable(executable)) {
            final Path work = Files.createTempDirectory(directory, "c-peer");
            try {
                Files.move(build(compiler, work).executable, executable, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                IoUtil.delete(work.toFile(), false);
            }
        }
        return new CProgram(executable);
    }

    private static String digest(final Path compiler) throws IOException {
        final CRC32C sum = new CRC32C();
        sum.update((String.join(" ", command(compiler)) + " " + Files.getLastModifiedTime(compiler))
                .getBytes(StandardCharsets.UTF_8));
        for (final List<String> files : List.of(SOURCES, HEADERS)) {
            for (final String file : files) {
                try (InputStream source = source(file)) {
                    sum.update(source.readAllBytes());
                }
            }
        }
        return Long.toHexString(sum.getValue());
    }

    private static InputStream source(final String file) throws IOException {
        final InputStream source = CProgram.class.getResourceAsStream("c/" + file);
        if (source == null) {
            throw new IOException("c/" + file + " is not on the class path");
        }
        return source;
    }

    /**
     * Compiles the program.
     *
     * @param compiler the C compiler
     * @param directory where to; sources are copied there too
     * @return the program
     * @throws IOException if it does not compile, with what the compiler said
     */
    private static CProgram build(final Path compiler, final Path directory) throws IOException, InterruptedException {
        for (final List<String> files : List.of(SOURCES, HEADERS)) {
            for (final String file : files) {
                try (InputStream source = source(file)) {
                    Files.copy(source, directory.resolve(file));
                }
            }
        }
        final Path executable = directory.resolve("c-peer");
        output(command(compiler), directory);
        return new CProgram(executable);
    }

    private static List<String> command(final Path compiler) {
        final List<String> command = new ArrayList<>(List.of(
                compiler.toString(), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", "c-peer"));
        command.addAll(SOURCES);
        return command;
    }

    /** {@return the names of the rows} */
    List<String> rows() throws IOException, InterruptedException {
        return run("--list").lines().toList();
    }

    /**
     * Runs the program once.
     *
     * @param argument a row, or an option
     * @return what it printed; of a row, an array in the form of JMH's JSON
     * @throws IOException if it fails
     */
    String run(final String argument) throws IOException, InterruptedException {
        return output(List.of(executable.toString(), argument), executable.getParent());
    }

    private static String output(final List<String> command, final Path directory)
            throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command.get(0) + " ended with status " + status + ": " + output.strip());
        }
        return output;
    }
}
