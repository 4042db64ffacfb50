package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of the results is what the stored runs make it. */
class ReportTest {
    private static final Path RESULTS = Provenance.module().resolve("results");

    @Test
    void shouldBeAsCommittedWhenMadeAgain() throws IOException {
        final List<StoredRun> runs = Report.read(RESULTS);
        assertFalse(runs.isEmpty());
        assertEquals(Files.readString(Provenance.module().resolve("RESULTS.md")), Report.markdown(runs));
    }

    @Test
    void shouldBeTheSameWhenAStoredRunIsReadAndWritten(@TempDir final Path directory) throws IOException {
        for (final StoredRun run : Report.read(RESULTS)) {
            final Path file = directory.resolve("full-jdk.json");
            RunJson.write(file, run);
            assertEquals(run, RunJson.read(file));
        }
    }
}
