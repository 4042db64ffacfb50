package io.vfiotce.bench.latency;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What a fork says besides its histograms: numbers by name, in a file beside them. */
final class Notes {
    private Notes() {}

    /** {@return the file of notes of a file of histograms} */
    static Path beside(final Path log) {
        return log.resolveSibling(log.getFileName() + ".notes");
    }

    /**
     * Writes notes.
     *
     * @param log the file of histograms
     * @param notes the notes
     * @throws IOException if they cannot be written
     */
    static void write(final Path log, final Properties notes) throws IOException {
        try (Writer out = Files.newBufferedWriter(beside(log))) {
            notes.store(out, null);
        }
    }

    /**
     * Reads notes.
     *
     * @param log the file of histograms
     * @return its notes
     * @throws IOException if they cannot be read
     */
    static Properties read(final Path log) throws IOException {
        final Properties notes = new Properties();
        try (Reader in = Files.newBufferedReader(beside(log))) {
            notes.load(in);
        }
        return notes;
    }
}
