package io.vfiotce.tools;

import static io.vfiotce.tools.Recordings.PCI;
import static io.vfiotce.tools.Recordings.entry;
import static io.vfiotce.tools.Recordings.indirect;
import static io.vfiotce.tools.Recordings.log;
import static io.vfiotce.tools.Recordings.newTable;
import static io.vfiotce.tools.Recordings.put;
import static io.vfiotce.tools.Recordings.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tce import}: what it writes, what it says, what it leaves alone. */
class ImportCommandTest {
    @TempDir
    private Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldWriteTheSameTraceAndCountItsGradesWhenLogIsGood() throws IOException {
        final Path file = log(
                directory.resolve("guest.log"),
                newTable(PCI),
                "qemu: a line of another kind",
                put(PCI, 0x1000, 0x2003, 0),
                indirect(PCI, 0x3000, 1, 0x5003, 0),
                xlate(PCI, 0x3000, 0x4000, 3, 0xfff),
                indirect(PCI, 0x8000, 1, 0x7003, 0),
                entry(PCI, 0x9000, 0, 0x8003),
                put(PCI, 0x9000, 0, 0));
        final Path out = directory.resolve("guest.tcetrace");
        final TceRun run = TceRun.of("import", file, "-o", out);
        assertEquals(
                List.of(
                        out + ": 6 records, 4 hypercalls, 8 lines read, 1 lines of other kinds passed over",
                        "  exact 4",
                        "  reconstructed 1",
                        "  lossy 1",
                        "  list entries of calls that were never logged: 1"),
                run.out().lines().toList());
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        assertEquals(TraceReader.open(file, Map.of()), TraceReader.open(out, Map.of()));
        assertEquals(List.of("guest.log", "guest.tcetrace"), names());
    }

    @Test
    void shouldReplaceTheOutputWhenItIsAFile() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x1000, 0x2003, 0));
        final Path out = log(directory.resolve("out"), "something older");
        assertEquals(0, TceRun.of("import", file, "-o", out).exitCode());
        assertEquals(2, TraceReader.open(out, Map.of()).size());
    }

    @Test
    void shouldRefuseWhenTheOutputIsTheRecordingItself() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x1000, 0x2003, 0));
        final String before = Files.readString(file);
        final Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertEquals(2, TceRun.of("import", file, "-o", file).exitCode());
        assertEquals(2, TceRun.of("import", file, "-o", link).exitCode());
        assertEquals(before, Files.readString(file));
    }

    @Test
    void shouldReplaceWhatALinkPointsToWhenTheOutputIsALink() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x1000, 0x2003, 0));
        final Path target = log(directory.resolve("target"), "something older");
        final Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        assertEquals(0, TceRun.of("import", file, "-o", link).exitCode());
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(2, TraceReader.open(target, Map.of()).size());
    }

    @Test
    void shouldTakeTheWindowAsGivenWhenLogDoesNotTell() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x8000, 0x2003, 0));
        final Path out = directory.resolve("out");
        assertEquals(
                0,
                TceRun.of("import", "--window=0x80000000=12,0x8000,0x2000", file, "-o", out)
                        .exitCode());
        assertEquals(2, TraceReader.open(out, Map.of()).windowEntries(0));
    }

    @Test
    void shouldKeepTheOldOutputWhenLogIsBad() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x40000000, 0x2003, 0));
        final Path out = log(directory.resolve("out"), "something older");
        assertEquals(2, TceRun.of("import", file, "-o", out).exitCode());
        assertEquals(List.of("something older"), Files.readAllLines(out));
        assertEquals(List.of("guest.log", "out"), names());
    }

    @Test
    void shouldLeaveNoPartialFileWhenOutputCannotBeReplaced() throws IOException {
        final Path file = log(directory.resolve("guest.log"), put(PCI, 0x1000, 0x2003, 0));
        final Path out = Files.createDirectory(directory.resolve("out"));
        log(out.resolve("inside"), "something");
        assertEquals(2, TceRun.of("import", file, "-o", out).exitCode());
        assertEquals(List.of("guest.log", "out"), names());
        assertEquals(List.of("something"), Files.readAllLines(out.resolve("inside")));
    }

    @Test
    void shouldLeaveNoPartialFileAndKeepTheOldOneWhenWritingFails() throws IOException {
        final Path out = log(directory.resolve("out"), "something older");
        final OutputFile file = new OutputFile(out);
        final BadInputException e = assertThrows(
                BadInputException.class,
                () -> file.write(stream -> {
                    stream.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }));
        assertTrue(e.getMessage().startsWith(out + ": cannot be written: "), e.getMessage());
        assertEquals(List.of("something older"), Files.readAllLines(out));
        assertEquals(List.of("out"), names());
    }
}
