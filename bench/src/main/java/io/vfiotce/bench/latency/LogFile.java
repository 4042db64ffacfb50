package io.vfiotce.bench.latency;

import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A file of interval histograms, {@code .hlog}: one line for each second of each row, the row's name as the tag.
 *
 * @threads one
 */
final class LogFile implements AutoCloseable {
    private final PrintStream out;
    private final HistogramLogWriter writer;

    /**
     * Begins a file.
     *
     * @param path the file
     * @param comment what it is about
     * @throws FileNotFoundException if it cannot be written
     */
    LogFile(final Path path, final String comment) throws FileNotFoundException {
        out = new PrintStream(path.toFile());
        writer = new HistogramLogWriter(out);
        writer.outputComment("[" + comment + ", times of intervals in s, maxima in ms]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(System.currentTimeMillis());
        writer.outputLegend();
    }

    /**
     * Writes a row.
     *
     * @param tag its name
     * @param log its histograms
     */
    void write(final String tag, final IntervalLog log) {
        log.write(writer, tag);
    }

    /**
     * Copies the rows of another file.
     *
     * @param log the other file
     * @param suffix what to add to their names
     * @throws FileNotFoundException if it cannot be read
     */
    void copy(final Path log, final String suffix) throws FileNotFoundException {
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            while (reader.nextIntervalHistogram() instanceof Histogram interval) {
                interval.setTag(interval.getTag() + suffix);
                writer.outputIntervalHistogram(interval);
            }
        }
    }

    /**
     * Reads a file.
     *
     * @param log the file
     * @return all seconds of each row together, by name
     * @throws FileNotFoundException if it cannot be read
     */
    static Map<String, Histogram> totals(final Path log) throws FileNotFoundException {
        final Map<String, Histogram> totals = new TreeMap<>();
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            while (reader.nextIntervalHistogram() instanceof Histogram interval) {
                totals.merge(interval.getTag(), interval, (total, next) -> {
                    total.add(next);
                    return total;
                });
            }
        }
        return totals;
    }

    @Override
    public void close() {
        writer.close();
        out.close();
    }
}
