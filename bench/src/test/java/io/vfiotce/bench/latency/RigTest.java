package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rig is told, and what it writes. */
class RigTest {
    private static final Map<String, String> DEFAULTS = Map.of("forks", "5", "rates", "1,2");

    @TempDir
    private Path directory;

    @Test
    void shouldUseDefaultsWhenOptionsAreNotGiven() {
        final Options options = new Options("Rig", DEFAULTS, "some/file.json", "--forks=3");
        assertEquals(3, options.number("forks"));
        assertEquals(List.of("1", "2"), options.list("rates"));
        assertEquals(Path.of("some/file.json"), options.json());
        assertEquals(Path.of("some/file.hlog"), options.log());
        assertEquals(Path.of("Rig.hlog"), new Options("Rig", DEFAULTS).log());
    }

    @Test
    void shouldRefuseWhenAnOptionIsUnknown() {
        assertThrows(IllegalArgumentException.class, () -> new Options("Rig", DEFAULTS, "--fork=3"));
        assertThrows(IllegalArgumentException.class, () -> new Options("Rig", DEFAULTS, "--forks"));
        assertThrows(IllegalArgumentException.class, () -> new Options("Rig", DEFAULTS, "a.json", "b.json"));
    }

    @Test
    void shouldWriteTheShapeOfJmhWhenARowHasForks() throws IOException {
        final Histogram latencies = new Histogram(3);
        latencies.recordValue(7);
        final Figures row = new Figures("a.B.c", Map.of("rate", "10", "idle", "spin"), Figures.P50);
        row.add("", latencies);
        latencies.recordValueWithCount(9, 3);
        row.add("", latencies);
        assertEquals(8, row.median(Figures.P50));
        final Path json = directory.resolve("rows.json");
        Figures.write(json, List.of(row));
        final String percentile = "{\"score\": 8.0, \"scoreUnit\": \"ns/op\", \"rawData\": [[7.0], [9.0]]}";
        assertEquals("""
                [
                  {"jmhVersion": "none", "benchmark": "a.B.c", "mode": "sample", "threads": 1, "forks": 2,
                   "jdkVersion": "%s",
                   "params": {"idle": "spin", "rate": "10"},
                   "primaryMetric": %s,
                   "secondaryMetrics": {"p90": %2$s, "p99": %2$s, "p99.9": %2$s, "p99.99": %2$s, "max": %2$s}}
                ]
                """.formatted(System.getProperty("java.version"), percentile), Files.readString(json));
    }
}
