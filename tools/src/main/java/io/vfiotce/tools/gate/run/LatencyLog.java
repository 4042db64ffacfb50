package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What forks wrote of one row.
 *
 * @param latency response times in nanoseconds, from when each call was due
 * @param service service times in nanoseconds, from when each was made; empty if they were not recorded
 * @param spanMs length of the measured part in milliseconds
 * @param worstSlipNs how late a call was made at worst, in nanoseconds; empty if nobody said
 */
public record LatencyLog(Histogram latency, Optional<Histogram> service, double spanMs, OptionalDouble worstSlipNs) {
    private static final int DIGITS = 3;
    private static final String SLIP = "worstSlipNs";

    /** {@return an empty histogram of nanoseconds} */
    static Histogram histogram() {
        return new Histogram(DIGITS);
    }

    /**
     * Reads what one fork wrote: the log, and the notes beside it, which may be absent.
     *
     * @param file the log
     * @param row the row
     * @return what it says
     * @throws ForkFailedException if the log is absent, empty, cut off or damaged, lacks the row's tags, or has fewer samples than
     *     the row must have
     */
    static LatencyLog read(final Path file, final LatencyRow row) {
        final LatencyLogReader log = LatencyLogReader.read(file);
        final LatencyLogReader.Tagged latency = log.tagged(row.tag());
        final Optional<Histogram> service =
                row.serviceTag().map(tag -> log.tagged(Optional.of(tag)).total());
        final long samples = latency.total().getTotalCount();
        if (samples < row.samples()) {
            throw new ForkFailedException(file + ": has " + samples + " response times and must have " + row.samples()
                    + ": the rate was not kept, or the log is cut off");
        }
        if (service.isPresent() && service.get().getTotalCount() != samples) {
            throw new ForkFailedException(file + ": has " + samples + " response times and "
                    + service.get().getTotalCount()
                    + " service times: it is cut off, or the tags do not belong together");
        }
        if (latency.total().getValueAtPercentile(LatencyQuantile.P50.percent()) <= 0) {
            throw new ForkFailedException(file + ": half of its response times are 0: is it in nanoseconds?");
        }
        return new LatencyLog(latency.total(), service, latency.spanMs(), slip(notes(file)));
    }

    /** {@return the file of notes beside a log: properties, of which {@code worstSlipNs} is read} */
    static Path notes(final Path log) {
        return log.resolveSibling(log.getFileName() + ".notes");
    }

    private static OptionalDouble slip(final Path file) {
        if (!Files.exists(file)) {
            return OptionalDouble.empty();
        }
        final Properties notes = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            notes.load(in);
            final String slip = notes.getProperty(SLIP);
            return slip == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(slip));
        } catch (final IOException | IllegalArgumentException e) {
            throw new ForkFailedException(file + ": the notes beside the log are damaged (" + e.getMessage() + ")");
        }
    }

    /**
     * Puts what several forks wrote together.
     *
     * @param logs the logs, at least one
     * @return all samples, and the worst slip
     */
    public static LatencyLog merged(final Collection<LatencyLog> logs) {
        final Histogram latency = histogram();
        logs.forEach(log -> latency.add(log.latency));
        final boolean allServed = logs.stream().allMatch(log -> log.service.isPresent());
        final Histogram service = histogram();
        logs.forEach(log -> log.service.ifPresent(service::add));
        return new LatencyLog(
                latency,
                allServed ? Optional.of(service) : Optional.empty(),
                logs.stream().mapToDouble(LatencyLog::spanMs).sum(),
                logs.stream().flatMapToDouble(log -> log.worstSlipNs.stream()).max());
    }

    /** The quantiles that are judged, in nanoseconds by name. */
    SortedMap<String, Double> quantilesNs() {
        final SortedMap<String, Double> quantilesNs = new TreeMap<>();
        for (final LatencyQuantile quantile : LatencyQuantile.values()) {
            quantilesNs.put(quantile.key(), (double) latency.getValueAtPercentile(quantile.percent()));
        }
        return quantilesNs;
    }
}
