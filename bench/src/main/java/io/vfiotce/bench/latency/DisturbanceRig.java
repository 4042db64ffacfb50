package io.vfiotce.bench.latency;

import io.vfiotce.bench.ChildJvm;
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
 * How much longer do the worst H_PUT_TCEs take than the worst bare stores while another thread creates and frees tables,
 * attaches and detaches groups, takes snapshots and forces garbage collections?
 *
 * <p>One thread times blocks of puts and blocks of stores, sized beforehand to equal undisturbed medians of about 2
 * microseconds, in turn. What preempts or stops the thread hits both alike; what is left over is ours: a put after a change
 * makes its copies anew. Expected: p99.99 of puts at most 1.5 of that of stores.
 */
public final class DisturbanceRig {
    static final String PUTS = "puts";
    static final String STORES = "stores";
    private static final String RATIO = "ratio";
    private static final String ALL = "all";
    private static final double GOAL = 1.5;
    private static final int SEED = 20_261_122;

    private static final Map<String, String> DEFAULTS = Map.of(
            "kinds", "all,none,create,attach,snapshot,gc",
            "groups", "0,1",
            "forks", "5",
            "blocks", "1000000",
            "create", "500",
            "attach", "100",
            "snapshot", "100",
            "gc", "5");

    private final Options options;
    private final List<Figures> rows = new ArrayList<>();

    private DisturbanceRig(final Options options) {
        this.options = options;
    }

    /**
     * Measures every row in JVMs of its own, and prints it.
     *
     * @param args {@code [JSON-FILE] [--kinds=all,..] [--groups=0,..] [--forks=..] [--blocks=per fork and kind]
     *     [--create=times per second] [--attach=..] [--snapshot=..] [--gc=..]}; histograms go to {@code .hlog} beside the file
     * @throws IOException if a fork fails or a file cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final Options options = new Options("DisturbanceRig", DEFAULTS, args);
        new DisturbanceRig(options).run();
    }

    private void run() throws IOException, InterruptedException {
        try (LogFile log = new LogFile(options.log(), "blocks of puts and of stores under disturbance")) {
            for (final String kind : options.list("kinds")) {
                for (final String groups : options.list("groups")) {
                    measure(kind, groups, log);
                }
            }
        }
        if (options.json() != null) {
            Figures.write(options.json(), rows);
        }
    }

    private void measure(final String kind, final String groups, final LogFile log)
            throws IOException, InterruptedException {
        final Map<String, String> parameters = Map.of("disturbance", kind, "groups", groups);
        final String name = DisturbanceRig.class.getName() + ".";
        final Figures puts = new Figures(name + PUTS, parameters, Figures.P9999);
        final Figures stores = new Figures(name + STORES, parameters, Figures.P9999);
        for (int fork = 0; fork < options.number("forks"); fork++) {
            final Path file = Files.createTempFile("disturbance", ".hlog");
            try {
                ChildJvm.run(DisturbanceFork.class, arguments(kind, groups, fork, file));
                log.copy(file, "/" + kind + "/" + groups + "/" + fork);
                final Map<String, Histogram> totals = LogFile.totals(file);
                puts.add("", totals.get(PUTS));
                stores.add("", totals.get(STORES));
                puts.add(RATIO, "times", last(puts.forks(Figures.P9999)) / last(stores.forks(Figures.P9999)));
                print(kind, groups, puts, stores, Notes.read(file));
            } finally {
                Files.deleteIfExists(Notes.beside(file));
                Files.delete(file);
            }
        }
        rows.add(puts);
        rows.add(stores);
        conclude(kind, groups, puts, stores);
    }

    private List<String> arguments(final String kind, final String groups, final int fork, final Path file) {
        final List<String> arguments = new ArrayList<>(
                List.of(groups, options.text("blocks"), Integer.toString(SEED + fork), file.toString()));
        for (final Disturbance disturbance : Disturbance.values()) {
            if (kind.equals(ALL) || kind.equals(disturbance.label())) {
                arguments.add(disturbance.name() + "=" + options.text(disturbance.label()));
            }
        }
        return arguments;
    }

    private static double last(final List<Double> values) {
        return values.get(values.size() - 1);
    }

    private static void print(
            final String kind, final String groups, final Figures puts, final Figures stores, final Properties notes) {
        System.out.printf(
                Locale.ROOT,
                "  %-8s %s group(s): p99.99 %,.0f / %,.0f ns = %.2f; blocks %s puts, %s stores, undisturbed %s / %s ns before, %s / %s after%s%n",
                kind,
                groups,
                last(puts.forks(Figures.P9999)),
                last(stores.forks(Figures.P9999)),
                last(puts.forks(RATIO)),
                notes.getProperty("putsPerBlock"),
                notes.getProperty("storesPerBlock"),
                notes.getProperty("beforePutsNs"),
                notes.getProperty("beforeStoresNs"),
                notes.getProperty("afterPutsNs"),
                notes.getProperty("afterStoresNs"),
                rates(notes));
    }

    private static String rates(final Properties notes) {
        final StringBuilder text = new StringBuilder();
        for (final Disturbance disturbance : Disturbance.values()) {
            final String rate = notes.getProperty("rate." + disturbance.label());
            if (rate != null) {
                text.append(String.format(Locale.ROOT, ", %s %.1f/s", disturbance.label(), Double.valueOf(rate)));
            }
        }
        return text.toString();
    }

    private void conclude(final String kind, final String groups, final Figures puts, final Figures stores) {
        final double ratio = puts.median(RATIO);
        System.out.printf(
                Locale.ROOT,
                "%-8s %s group(s): puts / stores at p99.99 %.2f (median of %d forks), at most %.1f: %s%n",
                kind,
                groups,
                ratio,
                puts.forks(RATIO).size(),
                GOAL,
                ratio <= GOAL ? "holds" : "MISSED");
        System.out.printf(Locale.ROOT, "         puts   %s%n", puts.percentiles());
        System.out.printf(Locale.ROOT, "         stores %s%n", stores.percentiles());
    }
}
