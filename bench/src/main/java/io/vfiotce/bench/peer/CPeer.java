package io.vfiotce.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds the C peer and runs a fork of its rows: {@code JSON-FILE [ROW...]}. */
public final class CPeer {
    /** What is said on a machine without a compiler. */
    static final String LEFT_OUT = "C peer left out: this machine has no C compiler (cc, gcc or clang)";

    private CPeer() {}

    /**
     * Writes one fork of each row to a file, or nothing when there is no compiler.
     *
     * @param args where to write, and the rows; without rows all
     * @throws IOException if the program does not compile or a row fails
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        run(System.getenv("PATH"), Path.of(args[0]), List.of(args).subList(1, args.length), System.err);
    }

    /**
     * Runs a fork.
     *
     * @param path where to look for a compiler
     * @param file where to write the results
     * @param rows which rows; empty for all
     * @param notes where to say what is left out or invalid
     */
    static void run(final String path, final Path file, final List<String> rows, final PrintStream notes)
            throws IOException, InterruptedException {
        final Optional<Path> compiler = CProgram.compiler(path);
        if (compiler.isEmpty()) {
            notes.println(LEFT_OUT);
            return;
        }
        // The program is kept beside the results, for the forks to come.
        final CProgram program =
                CProgram.kept(compiler.get(), file.toAbsolutePath().getParent());
        final List<String> results = new ArrayList<>();
        for (final String row : rows.isEmpty() ? program.rows() : rows) {
            final String json = program.run(row);
            final PutBand band = PutBand.of(row, json);
            if (band.isInvalid()) {
                notes.println(band);
            }
            results.add(elements(json));
        }
        Files.writeString(file, "[" + String.join(",\n", results) + "]\n");
    }

    private static String elements(final String array) {
        return array.substring(array.indexOf('[') + 1, array.lastIndexOf(']'));
    }
}
