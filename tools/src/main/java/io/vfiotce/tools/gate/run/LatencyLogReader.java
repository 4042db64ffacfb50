package io.vfiotce.tools.gate.run;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogScanner;

/**
 * Reads an interval log as a whole. The library's own reader ends at the first line that it does not understand, as if the log
 * ended there; here that is an error.
 *
 * @threads one
 */
final class LatencyLogReader implements HistogramLogScanner.EventHandler {
    private static final String NO_TAG = "";
    private static final double MS_PER_SECOND = 1000;

    private final Path file;
    private final SortedMap<String, Tagged> tags = new TreeMap<>();
    private int intervals;
    private String damage = "";

    private LatencyLogReader(final Path file) {
        this.file = file;
    }

    /** All intervals of a tag together. */
    static final class Tagged {
        private final Histogram total = LatencyLog.histogram();
        private double fromSeconds = Double.POSITIVE_INFINITY;
        private double toSeconds = Double.NEGATIVE_INFINITY;

        private void add(final Histogram interval, final double startSeconds, final double seconds) {
            total.add(interval);
            fromSeconds = Math.min(fromSeconds, startSeconds);
            toSeconds = Math.max(toSeconds, startSeconds + seconds);
        }

        Histogram total() {
            return total;
        }

        /** From the begin of the first interval to the end of the last, in milliseconds. */
        double spanMs() {
            return (toSeconds - fromSeconds) * MS_PER_SECOND;
        }
    }

    /**
     * Reads a log.
     *
     * @throws ForkFailedException if it cannot be read to its end
     */
    static LatencyLogReader read(final Path file) {
        final LatencyLogReader reader = new LatencyLogReader(file);
        final byte[] bytes = reader.bytes();
        if (bytes.length == 0) {
            throw new ForkFailedException(file + ": is empty");
        }
        if (bytes[bytes.length - 1] != '\n') {
            throw reader.error("its last line is cut off");
        }
        try (HistogramLogScanner scanner = new HistogramLogScanner(new ByteArrayInputStream(bytes))) {
            scanner.process(reader);
        } catch (final NoSuchElementException e) {
            reader.damage("it ends amid a line");
        }
        if (!reader.damage.isEmpty()) {
            throw reader.error(reader.damage);
        }
        return reader;
    }

    private byte[] bytes() {
        if (!Files.exists(file)) {
            throw new ForkFailedException(file + ": there is no such log");
        }
        try {
            return Files.readAllBytes(file);
        } catch (final IOException e) {
            throw new ForkFailedException(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private ForkFailedException error(final String what) {
        return new ForkFailedException(
                String.format(Locale.ROOT, "%s: is damaged after %d intervals: %s", file, intervals, what));
    }

    /** The intervals with a tag, or those without one. */
    Tagged tagged(final Optional<String> tag) {
        final Tagged tagged = tags.get(tag.orElse(NO_TAG));
        if (tagged == null) {
            throw new ForkFailedException(file + ": has no interval "
                    + tag.map(name -> "with the tag " + name).orElse("without a tag") + ", only " + known());
        }
        return tagged;
    }

    private String known() {
        return tags.isEmpty()
                ? "none at all"
                : String.join(
                        ", ",
                        tags.keySet().stream()
                                .map(tag -> tag.isEmpty() ? "without" : tag)
                                .toList());
    }

    /** The first damage counts. What stops the scan is that this is true. */
    private boolean damage(final String what) {
        damage = damage.isEmpty() ? what : damage;
        return true;
    }

    @Override
    public boolean onComment(final String comment) {
        return false;
    }

    @Override
    public boolean onBaseTime(final double secondsSinceEpoch) {
        return false;
    }

    @Override
    public boolean onStartTime(final double secondsSinceEpoch) {
        return false;
    }

    @Override
    public boolean onHistogram(
            final String tag,
            final double startSeconds,
            final double seconds,
            final HistogramLogScanner.EncodableHistogramSupplier histogram) {
        // Written so that NaN is refused too.
        if (!(seconds >= 0
                && seconds < Double.POSITIVE_INFINITY
                && Math.abs(startSeconds) < Double.POSITIVE_INFINITY)) {
            return damage("an interval from " + startSeconds + " s, " + seconds + " s long");
        }
        try {
            if (!(histogram.read() instanceof Histogram interval)) {
                return damage("a histogram that is not of whole numbers");
            }
            tags.computeIfAbsent(tag == null ? NO_TAG : tag, name -> new Tagged())
                    .add(interval, startSeconds, seconds);
        } catch (final DataFormatException e) {
            return damage("a histogram that cannot be decoded");
        }
        intervals++;
        return false;
    }

    @Override
    public boolean onException(final Throwable thrown) {
        return damage("a line that cannot be read (" + thrown.getClass().getSimpleName() + ")");
    }
}
