package io.vfiotce.tools;

import static io.vfiotce.tools.Recordings.PCI;
import static io.vfiotce.tools.Recordings.VIO;
import static io.vfiotce.tools.Recordings.ddwCreate;
import static io.vfiotce.tools.Recordings.log;
import static io.vfiotce.tools.Recordings.newTable;
import static io.vfiotce.tools.Recordings.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --snapshot} of a replay, and {@code tce dump} of it. */
class DumpCommandTest {
    @TempDir
    private Path directory;

    private Path recording;
    private Path snapshot;

    /** Windows of two page sizes, one that stays empty; an entry that is overwritten, one that goes, one without permissions. */
    @BeforeEach
    void record() {
        snapshot = directory.resolve("end.tcesnap");
        recording = log(
                directory.resolve("guest.log"),
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0),
                put(PCI, 0x2000, 0x3003, 0),
                put(PCI, 0x3000, 0x4001, 0),
                put(PCI, 0x1000, 0x5002, 0),
                put(PCI, 0x2000, 0, 0),
                put(PCI, 0x3ffff000, 0x7000, 0),
                ddwCreate(PCI | 1, 0x10000, 0x10000000, 0x800000000000000L),
                put(PCI | 1, 0x800000000020000L, 0x30003, 0),
                newTable(VIO),
                put(VIO, 0x1000, 0, 0));
    }

    private TceRun replay(final Object... more) {
        final Object[] usual = {"replay", "--repeat", "1", "--min-real", "0", "--snapshot", snapshot, "--json", "-"};
        final TceRun run = TceRun.of(
                Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray());
        assertEquals(0, run.exitCode(), run.err() + run.out());
        assertEquals("", run.err());
        return run;
    }

    private static TceRun dump(final Object... arguments) {
        final TceRun run = TceRun.of(arguments);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        return run;
    }

    @Test
    void shouldShowTheEntriesOfTheEndWhenAReplayWasSaved() {
        replay(recording);
        assertEquals(
                List.of(
                        snapshot + ": table snapshot, version 1, rounds 1, windows 3",
                        "liobn=0x71000002 pageShift=12 offsetPages=0x0 sizePages=0x10000 bypass=off:"
                                + " entries that are not 0: 0",
                        "liobn=0x80000000 pageShift=12 offsetPages=0x0 sizePages=0x40000 bypass=off:"
                                + " entries that are not 0: 3",
                        "  0x1000 0x5002 -w",
                        "  0x3000 0x4001 r-",
                        "  0x3ffff000 0x7000 --",
                        "liobn=0x80000001 pageShift=16 offsetPages=0x80000000000 sizePages=0x1000 bypass=off:"
                                + " entries that are not 0: 1",
                        "  0x800000000020000 0x30003 rw"),
                dump("dump", snapshot).out().lines().toList());
    }

    @Test
    void shouldWriteTheSameAsJsonWhenAsked() throws IOException {
        replay(recording);
        final Path file = directory.resolve("dump.json");
        final TceRun text = dump("dump", snapshot, "--json", file);
        assertTrue(text.out().startsWith(snapshot + ": "), text.out());
        final TceRun run = dump("dump", snapshot, "--json", "-");
        assertEquals(run.out(), Files.readString(file));
        final Map<String, String> json = run.json();
        assertEquals("1", json.get("version"));
        assertEquals("1", json.get("rounds"));
        assertEquals("0", json.get("windows[0].entries"));
        assertEquals("3", json.get("windows[1].entries"));
        assertEquals("0x1000", json.get("windows[1].tces[0].ioba"));
        assertEquals("0x5002", json.get("windows[1].tces[0].tce"));
        assertEquals("0x80000001", json.get("windows[2].liobn"));
        assertEquals("16", json.get("windows[2].pageShift"));
        assertEquals("0x800000000000000", json.get("windows[2].startBytes"));
        assertEquals("4096", json.get("windows[2].sizePages"));
        assertEquals("false", json.get("windows[2].bypass"));
        assertEquals("0x800000000020000", json.get("windows[2].tces[0].ioba"));
        assertEquals("0x30003", json.get("windows[2].tces[0].tce"));
        assertFalse(json.containsKey("windows[3].liobn"));
    }

    @Test
    void shouldSaveOneFilePerRecordingWhenThereAreSeveral() {
        final Path second = log(directory.resolve("second.log"), newTable(PCI), put(PCI, 0x7000, 0x8003, 0));
        replay(recording, second);
        assertFalse(Files.exists(snapshot));
        assertTrue(dump("dump", snapshot + ".1").out().contains("  0x1000 0x5002 -w\n"));
        assertTrue(dump("dump", snapshot + ".2").out().endsWith("  0x7000 0x8003 rw\n"));
    }

    @Test
    void shouldSaveTheSameWhenVcpusAndGroupsAreOthers() throws IOException {
        replay(recording);
        final byte[] bytes = Files.readAllBytes(snapshot);
        for (final List<String> options :
                List.of(List.of("--vcpus=2"), List.of("--groups=0"), List.of("--shared"), List.of("--host-page=4K"))) {
            Files.delete(snapshot);
            replay(Stream.concat(Stream.of(recording), options.stream()).toArray());
            assertEquals(-1, Arrays.mismatch(bytes, Files.readAllBytes(snapshot)), options::toString);
        }
    }
}
