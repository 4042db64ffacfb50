package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Logs of response times as programs write them. */
public final class LatencyLogs {
    private static final long START_MS = 1_700_000_000_000L;
    private static final long INTERVAL_MS = 1000;

    private LatencyLogs() {}

    /** Writes a log: so many intervals of a second for each tag, which all have these values; an empty tag is none. */
    public static void write(final Path file, final int intervals, final String[] tags, final long... values)
            throws IOException {
        try (PrintStream out = new PrintStream(file.toFile())) {
            final HistogramLogWriter writer = begun(out);
            for (final String tag : tags) {
                for (int i = 0; i < intervals; i++) {
                    writer.outputIntervalHistogram(
                            stamped(histogram(values), tag, START_MS + i * INTERVAL_MS, INTERVAL_MS));
                }
            }
        }
    }

    /** Writes a log of a single histogram without a tag. */
    static void write(final Path file, final EncodableHistogram histogram, final long startMs, final long lengthMs)
            throws IOException {
        try (PrintStream out = new PrintStream(file.toFile())) {
            begun(out).outputIntervalHistogram(stamped(histogram, "", startMs, lengthMs));
        }
    }

    private static HistogramLogWriter begun(final PrintStream out) {
        final HistogramLogWriter writer = new HistogramLogWriter(out);
        writer.outputComment("[a program, of today]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(START_MS);
        writer.outputLegend();
        return writer;
    }

    private static <T extends EncodableHistogram> T stamped(
            final T histogram, final String tag, final long startMs, final long lengthMs) {
        histogram.setTag(tag.isEmpty() ? null : tag);
        histogram.setStartTimeStamp(startMs);
        histogram.setEndTimeStamp(startMs + lengthMs);
        return histogram;
    }

    static Histogram histogram(final long... values) {
        final Histogram histogram = new Histogram(3);
        LongStream.of(values).forEach(histogram::recordValue);
        return histogram;
    }
}
