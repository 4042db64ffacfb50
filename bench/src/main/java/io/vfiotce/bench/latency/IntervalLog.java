package io.vfiotce.bench.latency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Latencies in one histogram per second. All histograms are made beforehand, so that recording allocates nothing; what comes
 * after the last of them is added to it.
 *
 * @threads one
 */
final class IntervalLog {
    /** What is longer counts as this, in nanoseconds. */
    static final long MAX_NS = 60_000_000_000L;

    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final long INTERVAL_MS = 1_000;
    private static final int DIGITS = 3;

    private final Histogram[] intervals;
    private int current;
    private long endNs;
    private long startMs;

    /**
     * Makes an empty log.
     *
     * @param seconds how many histograms, at least 1
     */
    IntervalLog(final int seconds) {
        intervals = new Histogram[seconds];
        for (int i = 0; i < seconds; i++) {
            intervals[i] = new Histogram(MAX_NS, DIGITS);
        }
    }

    /**
     * Says when the first second begins.
     *
     * @param nowNs by the clock that {@link #record} is given times of
     * @param nowMs by the wall clock
     */
    void start(final long nowNs, final long nowMs) {
        endNs = nowNs + INTERVAL_NS;
        startMs = nowMs;
    }

    /**
     * Records a latency.
     *
     * @param nowNs when it ended
     * @param latencyNs how long it was
     */
    void record(final long nowNs, final long latencyNs) {
        if (nowNs - endNs >= 0) {
            turn(nowNs);
        }
        intervals[current].recordValue(Math.min(latencyNs, MAX_NS));
    }

    private void turn(final long nowNs) {
        while (nowNs - endNs >= 0 && current < intervals.length - 1) {
            current++;
            endNs += INTERVAL_NS;
        }
    }

    /** {@return all seconds together} */
    Histogram total() {
        final Histogram total = new Histogram(MAX_NS, DIGITS);
        for (int i = 0; i <= current; i++) {
            total.add(intervals[i]);
        }
        return total;
    }

    /**
     * Writes the histogram of each second.
     *
     * @param writer where to
     * @param tag the row; no comma, no space
     */
    void write(final HistogramLogWriter writer, final String tag) {
        for (int i = 0; i <= current; i++) {
            intervals[i].setTag(tag);
            intervals[i].setStartTimeStamp(startMs + i * INTERVAL_MS);
            intervals[i].setEndTimeStamp(startMs + (i + 1) * INTERVAL_MS);
            writer.outputIntervalHistogram(intervals[i]);
        }
    }
}
