package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latencies are counted in the second that they ended in, and come back from a file as they were. */
class IntervalLogTest {
    private static final long SECOND_NS = 1_000_000_000L;

    // A log's times are taken for relative ones if they are much earlier than its own.
    private static final long START_MS = System.currentTimeMillis();

    @TempDir
    private Path directory;

    private final IntervalLog log = new IntervalLog(3);

    @Test
    void shouldCountPerSecondWhenTimePasses() throws IOException {
        // The clock may wrap meanwhile.
        final long startNs = Long.MAX_VALUE - SECOND_NS / 2;
        log.start(startNs, START_MS);
        log.record(startNs, 100);
        log.record(startNs + SECOND_NS - 1, 200);
        log.record(startNs + SECOND_NS, 250);
        log.record(startNs + 2 * SECOND_NS, 300);
        log.record(startNs + 9 * SECOND_NS, 400);
        assertEquals(List.of(2L, 1L, 2L), counts(write("row")));
        assertEquals(5, log.total().getTotalCount());
        assertEquals(400, log.total().getMaxValue());
    }

    @Test
    void shouldCountTheLongestTimeWhenALatencyIsLonger() {
        log.start(0, START_MS);
        log.record(0, Long.MAX_VALUE);
        assertEquals(1, log.total().getCountAtValue(IntervalLog.MAX_NS));
    }

    @Test
    void shouldReadWhatWasWrittenWhenRowsAreCopied() throws IOException {
        log.start(0, START_MS);
        log.record(0, 2_000);
        log.record(SECOND_NS, 3_000_000);
        final Path first = write("puts");
        final Path copy = directory.resolve("copy.hlog");
        try (LogFile file = new LogFile(copy, "copies")) {
            file.copy(first, "/a");
            file.copy(first, "/b");
        }
        final Map<String, Histogram> totals = LogFile.totals(copy);
        assertEquals(Set.of("puts/a", "puts/b"), totals.keySet());
        assertEquals(log.total(), totals.get("puts/b"));
        try (HistogramLogReader reader = new HistogramLogReader(copy.toFile())) {
            assertEquals(START_MS, ((Histogram) reader.nextIntervalHistogram()).getStartTimeStamp());
            assertEquals(START_MS + 1_000, ((Histogram) reader.nextIntervalHistogram()).getStartTimeStamp());
        }
    }

    private Path write(final String tag) throws IOException {
        final Path path = directory.resolve("first.hlog");
        try (LogFile file = new LogFile(path, "a test")) {
            file.write(tag, log);
        }
        return path;
    }

    private static List<Long> counts(final Path path) throws IOException {
        final List<Long> counts = new ArrayList<>();
        final File file = path.toFile();
        try (HistogramLogReader reader = new HistogramLogReader(file)) {
            while (reader.nextIntervalHistogram() instanceof Histogram interval) {
                counts.add(interval.getTotalCount());
            }
        }
        return counts;
    }
}
