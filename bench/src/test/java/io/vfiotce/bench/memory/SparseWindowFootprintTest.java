package io.vfiotce.bench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.bench.ChildJvm;
import io.vfiotce.bench.memory.SparseWindowFootprint.Footprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The footprint is that of the window it names. */
class SparseWindowFootprintTest {
    private static final long LEAF_ENTRIES = SparseWindowFootprint.LEAF_BYTES / Long.BYTES;

    @Test
    void shouldCountALeafOnceWhenClustersShareIt() {
        final int leafBytes = (int) SparseWindowFootprint.LEAF_BYTES;
        assertEquals(1, SparseWindow.touchedLeaves(new long[] {0, 100, LEAF_ENTRIES - 1}, 1, leafBytes));
        assertEquals(2, SparseWindow.touchedLeaves(new long[] {LEAF_ENTRIES - 1}, 2, leafBytes));
        assertEquals(3, SparseWindow.touchedLeaves(new long[] {0, 5 * LEAF_ENTRIES - 500}, 1000, leafBytes));
    }

    @Test
    void shouldTouchTheLeavesThatItSaysWhenClustersAreMapped() {
        final long pages = 1L << 40;
        final int clusterPages = 1000;
        final long[] starts = SparseWindow.uniformStarts(20, pages, clusterPages);
        try (SparseWindow window = new SparseWindow()) {
            window.open(pages);
            window.map(starts, clusterPages);
            int leaves = 0;
            for (long entry = window.table().nextResident(0);
                    entry >= 0;
                    entry = window.table().nextResident(window.table().nextLeaf(entry))) {
                leaves++;
            }
            assertEquals(SparseWindow.touchedLeaves(starts, clusterPages, SparseWindowFootprint.LEAF_BYTES), leaves);
            for (final long start : starts) {
                assertTrue(window.table().tceAcquire(start) != 0
                        && window.table().tceAcquire(start + clusterPages - 1) != 0);
            }
            window.shut();
        }
    }

    @Test
    void shouldGiveAllMemoryBackWhenAWindowIsClosed() {
        try (SparseWindow window = new SparseWindow()) {
            final long before = window.accountedBytes();
            window.open(1L << 40);
            window.map(new long[] {0, 1L << 39}, 1000);
            assertEquals(before + 2 * SparseWindowFootprint.LEAF_BYTES, window.accountedBytes());
            window.shut();
            assertEquals(before, window.accountedBytes());
        }
    }

    @Test
    void shouldMeasureTheWindowAloneWhenItIsMapped() throws IOException {
        final Footprint footprint = SparseWindowFootprint.measure(100, 1000, 1L << 40);
        assertEquals(footprint.leafBytes(), footprint.accountedBytes());
        assertEquals(100_000, footprint.pages());
    }

    @Test
    void shouldSeeTheLeavesInMemoryWhenTheProgramHasAFreshJvm(@TempDir final Path directory)
            throws IOException, InterruptedException {
        // In this one other tests may have left memory behind, which leaves would be made of.
        final Path file = directory.resolve("footprint.json");
        ChildJvm.run(SparseWindowFootprint.class, List.of(file.toString()));
        final String json = Files.readString(file);
        assertEquals(score(json, "leafBytes"), score(json, "accountedBytes"));
        assertTrue(score(json, "residentBytes") > score(json, "leafBytes"), json);
    }

    private static double score(final String json, final String row) {
        final Matcher score =
                Pattern.compile("\\." + row + "\".*?\"score\": ([0-9.E]+)").matcher(json);
        assertTrue(score.find(), row);
        return Double.parseDouble(score.group(1));
    }

    @Test
    void shouldWriteARowForEachFigureWhenJsonIsAskedFor() {
        final String json = SparseWindowFootprint.json(new Footprint(10, 20, 30, 5));
        for (final String row : new String[] {
            "accountedBytes\"", "residentBytes\"", "leafBytes\"", "accountedBytesPerPage\"", "residentBytesPerPage\""
        }) {
            assertTrue(json.contains("\"io.vfiotce.bench.memory.SparseWindowFootprint." + row), row);
        }
        assertTrue(json.contains("\"score\": 4.0, \"scoreUnit\": \"bytes\", \"rawData\": [[4.0]]"), json);
    }
}
