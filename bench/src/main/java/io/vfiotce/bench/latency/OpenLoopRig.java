package io.vfiotce.bench.latency;

import io.vfiotce.bench.ChildJvm;
import io.vfiotce.bench.Idle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.HdrHistogram.Histogram;

/**
 * How long does a guest wait for somebody else's answer to one H_PUT_TCE, if its calls come at a fixed rate whether or not the
 * answers do?
 *
 * <p>A latency counts from when the call was due. The service time, from when it was made, is kept beside it: what is between
 * the two is the queue in front of a handler that was late. Expected: medians as in the closed loop for who spins, tails of
 * the machine's; who parks pays the kernel's wake-up at every call; a socket pays two of them.
 */
public final class OpenLoopRig {
    static final String LATENCY = "latency";
    static final String SERVICE = "service";
    private static final String SERVICE_PREFIX = "service.";
    private static final String RATE = "achievedRate";
    private static final double NS_PER_SECOND = 1e9;

    /** Below this part of the demanded rate it was not kept. */
    private static final double KEPT = 0.99;

    private static final Map<String, String> DEFAULTS = Map.of(
            "ways", "inProcess,otherProcess,socket",
            "idles", "spin,yield,backoff,park",
            "rates", "10000,50000",
            "warmup", "2",
            "seconds", "5");

    private OpenLoopRig() {}

    /**
     * Measures every row in a JVM of its own, and prints it.
     *
     * @param args {@code [JSON-FILE] [--ways=..] [--idles=..] [--rates=calls per second,..] [--warmup=seconds]
     *     [--seconds=..]}; histograms go to {@code .hlog} beside the file
     * @throws IOException if a row fails or a file cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final Options options = new Options("OpenLoopRig", DEFAULTS, args);
        final List<Figures> rows = new ArrayList<>();
        try (LogFile log = new LogFile(options.log(), "slow path at fixed arrival rates")) {
            for (final Way way : Way.values()) {
                for (final Idle idle : Idle.values()) {
                    if (isAsked(options, way, idle)) {
                        for (final String rate : options.list("rates")) {
                            rows.add(row(options, way, idle, rate, log));
                        }
                    }
                }
            }
        }
        if (options.json() != null) {
            Figures.write(options.json(), rows);
        }
    }

    private static boolean isAsked(final Options options, final Way way, final Idle idle) {
        return options.list("ways").contains(way.label())
                && (way.hasIdle() ? options.list("idles").contains(idle.label()) : idle == Idle.SPIN);
    }

    private static Figures row(
            final Options options, final Way way, final Idle idle, final String rate, final LogFile log)
            throws IOException, InterruptedException {
        final Path file = Files.createTempFile("open-loop", ".hlog");
        try {
            ChildJvm.run(
                    OpenLoopFork.class,
                    List.of(
                            way.name(),
                            idle.name(),
                            rate,
                            options.text("warmup"),
                            options.text("seconds"),
                            file.toString()));
            final String idleLabel = way.hasIdle() ? idle.label() : "block";
            log.copy(file, "/" + way.label() + "/" + idleLabel + "/" + rate);
            final Figures row = new Figures(
                    OpenLoopRig.class.getName() + "." + way.label(),
                    Map.of("idle", idleLabel, "rate", rate),
                    Figures.P50);
            fill(row, LogFile.totals(file), Notes.read(file));
            print(row, way.label() + ", " + idleLabel, Long.parseLong(rate));
            return row;
        } finally {
            Files.deleteIfExists(Notes.beside(file));
            Files.delete(file);
        }
    }

    private static void fill(final Figures row, final Map<String, Histogram> totals, final Properties notes) {
        final Histogram latency = totals.get(LATENCY);
        row.add("", latency);
        row.add(SERVICE_PREFIX, totals.get(SERVICE));
        row.add("worstSlip", "ns", Double.parseDouble(notes.getProperty("worstSlipNs")));
        row.add(
                RATE,
                "ops/s",
                latency.getTotalCount() * NS_PER_SECOND / Double.parseDouble(notes.getProperty("spanNs")));
    }

    private static void print(final Figures row, final String name, final long rate) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %,7d/s: %s; service p50 %,.0f ns; %,.0f/s%s%n",
                name,
                rate,
                row.percentiles(),
                row.median(SERVICE_PREFIX + Figures.P50),
                row.median(RATE),
                row.median(RATE) < KEPT * rate ? ": THE RATE WAS NOT KEPT" : "");
    }
}
