package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for what need not stay. */
public final class TemporaryDirectory {
    private TemporaryDirectory() {}

    /**
     * Makes a directory.
     *
     * @return the directory
     * @throws IOException if it cannot be made
     */
    public static Path create() throws IOException {
        return Files.createTempDirectory("tce-gate");
    }

    /**
     * Removes a directory with all that is in it.
     *
     * @param directory the directory
     */
    public static void remove(final Path directory) {
        try {
            final List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(directory)) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (final Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
