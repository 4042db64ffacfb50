package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on disk. */
class RunJournalTest {
    private static final ForkJob BASE = new ForkJob(Arm.BASE, FakeForks.rows(1).first(), 1, 0, 0, false);

    @TempDir
    private Path temp;

    private RunJournal open(final long seed, final String baseDigest) {
        final SortedMap<String, String> settings = new TreeMap<>(Map.of("base jar", baseDigest, "pairs", "12"));
        return RunJournal.open(temp.resolve("forks.jsonl"), new RunHeader(RunHeader.SCHEMA, seed, seed, settings));
    }

    private static ForkRecord record(final ForkJob job) {
        return new ForkRecord(job, 5, FakeForks.measure(job, FakeForks.CALM), "");
    }

    @Test
    void shouldGiveBackEveryForkWhenItIsReadAgain() {
        final RunJournal written = open(1, "x");
        final ProbeFigures strange =
                new ProbeFigures(List.of(1.0 / 3), Double.NaN, 0, Double.NaN, 0, Double.POSITIVE_INFINITY, 0);
        written.append(record(BASE));
        written.append(record(BASE.of(Arm.HEAD)));
        written.append(new ForkRecord(BASE, 9, null, "killed, \"ü\"\n"));
        written.append(new ForkRecord(BASE, 9, FakeForks.measure(BASE, strange), ""));
        final RunJournal read = RunJournal.read(temp.resolve("forks.jsonl"));
        assertEquals(written.records(), read.records());
        assertEquals(written.header(), read.header());
        assertEquals(1, read.pairs().size());
    }

    @Test
    void shouldDropTheLastLineWhenTheEndCutItOff() throws Exception {
        final RunJournal written = open(1, "x");
        written.append(record(BASE));
        final Path file = temp.resolve("forks.jsonl");
        final String whole = Files.readString(file);
        Files.writeString(file, "{\"job\":{\"arm\":\"HE", StandardOpenOption.APPEND);
        final RunJournal resumed = open(1, "x");
        assertEquals(written.records(), resumed.records());
        assertEquals(whole, Files.readString(file));
        resumed.append(record(BASE.of(Arm.HEAD)));
        assertEquals(2, RunJournal.read(file).records().size());
    }

    @Test
    void shouldRefuseToResumeWhenItBelongsToAnotherRun() {
        open(1, "x");
        assertSays("belongs to a run with the seed 1", () -> open(2, "x"));
        assertSays("belongs to another run, its base jar is x", () -> open(1, "y"));
    }

    @Test
    void shouldRefuseWhenItIsDamaged() throws Exception {
        final Path file = temp.resolve("forks.jsonl");
        assertSays("cannot be read", () -> RunJournal.read(file));
        Files.writeString(file, "");
        assertSays("is no journal", () -> RunJournal.read(file));
        Files.writeString(file, "{\"schema\":\"other\"}\n");
        assertSays("is no journal of the form", () -> RunJournal.read(file));
        Files.delete(file);
        open(1, "x").append(record(BASE));
        Files.writeString(file, "{}}\n{}\n", StandardOpenOption.APPEND);
        assertSays("line 3 is damaged", () -> RunJournal.read(file));
        assertSays(
                "cannot be written",
                () -> RunJournal.open(
                        temp.resolve("no/forks.jsonl"), new RunHeader(RunHeader.SCHEMA, 1, 1, new TreeMap<>())));
    }

    private static void assertSays(final String text, final Runnable call) {
        final String said = assertThrows(BadInputException.class, call::run).getMessage();
        assertTrue(said.contains(text), said);
    }
}
