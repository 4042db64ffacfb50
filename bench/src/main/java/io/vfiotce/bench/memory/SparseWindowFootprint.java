package io.vfiotce.bench.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much memory does a window of 2^40 entries take of which 1,000 clusters of 1,000 consecutive pages are mapped, uniform
 * starts, against the leaves of 64 KiB that must be there for them?
 *
 * <p>To be run as the program of a fresh JVM. Before the window is made, the same calls are made for one cluster of another one,
 * so that what is measured is the window and not the program. The heap is not collected in between: what its objects take of
 * memory that was not touched before is counted too.
 *
 * <p>Expected: what the library accounts for is the leaves alone. Resident memory is at most 1.2 times the leaves: nearly every
 * cluster has a chunk of 256 leaves to itself, whose directory on the heap is 3 KiB, a twentieth of a leaf. A collection that runs
 * meanwhile copies the directories, and leaves the first copies' memory resident.
 */
public final class SparseWindowFootprint {
    static final int CLUSTERS = 1000;
    static final int CLUSTER_PAGES = 1000;
    static final long WINDOW_PAGES = 1L << 40;
    static final long LEAF_BYTES = 1 << 16;
    private static final long WARM_UP_PAGES = 1L << 30;
    private static final int WARM_UP_ROUNDS = 500;
    private static final String RSS = "Rss:";
    private static final int KIB = 1024;

    /**
     * What was found.
     *
     * @param accountedBytes off-heap bytes by the library's own account
     * @param residentBytes growth of the process in memory
     * @param leafBytes bytes of the leaves that clusters touch
     * @param pages mapped pages
     */
    record Footprint(long accountedBytes, long residentBytes, long leafBytes, long pages) {}

    private SparseWindowFootprint() {}

    /**
     * Measures and writes rows as JMH does.
     *
     * @param args the file to write
     * @throws IOException if the process's memory cannot be read or the file not be written
     */
    public static void main(final String[] args) throws IOException {
        final Footprint footprint = measure(CLUSTERS, CLUSTER_PAGES, WINDOW_PAGES);
        Files.writeString(Path.of(args[0]), json(footprint));
        System.out.printf(
                Locale.ROOT,
                "accounted %,d, resident %,d, leaves %,d bytes: %.3f and %.3f%n",
                footprint.accountedBytes(),
                footprint.residentBytes(),
                footprint.leafBytes(),
                (double) footprint.accountedBytes() / footprint.leafBytes(),
                (double) footprint.residentBytes() / footprint.leafBytes());
    }

    static Footprint measure(final int clusters, final int clusterPages, final long windowPages) throws IOException {
        try (SparseWindow window = new SparseWindow()) {
            warmUp(window, clusterPages);
            final long[] starts = SparseWindow.uniformStarts(clusters, windowPages, clusterPages);
            residentBytes();
            final long accountedBefore = window.accountedBytes();
            final long residentBefore = residentBytes();
            window.open(windowPages);
            window.map(starts, clusterPages);
            final long accountedBytes = window.accountedBytes() - accountedBefore;
            final long residentBytes = residentBytes() - residentBefore;
            window.shut();
            return new Footprint(
                    accountedBytes,
                    residentBytes,
                    SparseWindow.touchedLeaves(starts, clusterPages, LEAF_BYTES) * LEAF_BYTES,
                    (long) clusters * clusterPages);
        }
    }

    /** Makes the same calls, but leaves no more memory behind than one cluster takes. */
    private static void warmUp(final SparseWindow window, final int clusterPages) {
        window.open(WARM_UP_PAGES);
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            window.map(new long[] {0}, clusterPages);
        }
        window.shut();
    }

    /** What of this process is in memory. The other files of the kernel tell a number that may be some pages per thread old. */
    private static long residentBytes() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
            if (line.startsWith(RSS)) {
                return KIB * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("the kernel does not tell how much of the process is in memory");
    }

    static String json(final Footprint footprint) {
        final List<String> rows = new ArrayList<>();
        rows.add(row("accountedBytes", footprint.accountedBytes()));
        rows.add(row("residentBytes", footprint.residentBytes()));
        rows.add(row("leafBytes", footprint.leafBytes()));
        rows.add(row("accountedBytesPerPage", (double) footprint.accountedBytes() / footprint.pages()));
        rows.add(row("residentBytesPerPage", (double) footprint.residentBytes() / footprint.pages()));
        return "[\n" + String.join(",\n", rows) + "\n]\n";
    }

    private static String row(final String name, final double score) {
        return String.format(
                Locale.ROOT,
                "{\"benchmark\": \"%s.%s\", \"mode\": \"ss\", \"threads\": 1, \"forks\": 1, \"params\": {},"
                        + " \"primaryMetric\": {\"score\": %3$s, \"scoreUnit\": \"bytes\", \"rawData\": [[%3$s]]},"
                        + " \"secondaryMetrics\": {}}",
                SparseWindowFootprint.class.getName(),
                name,
                score);
    }
}
