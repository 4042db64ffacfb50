package io.vfiotce.bench.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** One fork of {@link DisturbanceRig}. */
public final class DisturbanceFork {
    /** The median time of a block, undisturbed. */
    static final long BLOCK_NS = 2_000;

    private static final int SECONDS = 30;
    private static final long WARMUP_PAIRS = 60_000;
    private static final long CHECK_PAIRS = 20_000;
    private static final int WARMUP_PUTS = 500;
    private static final int WARMUP_STORES = 2_000;

    private final Guest guest;
    private final BlockPairs pairs;
    private final BlockSizing sizing = new BlockSizing();
    private final Properties notes = new Properties();

    private DisturbanceFork(final Guest guest, final long seed) {
        this.guest = guest;
        pairs = new BlockPairs(SystemNanoClock.INSTANCE, new Blocks.Puts(guest), new Blocks.Stores(guest), seed);
    }

    /**
     * Measures.
     *
     * @param args groups, pairs of blocks, seed, file of histograms, and {@code DISTURBANCE=times per second} for each
     * @throws IOException if a file cannot be written
     */
    public static void main(final String[] args) throws IOException {
        final Map<Disturbance, Double> rates = new EnumMap<>(Disturbance.class);
        for (int i = 4; i < args.length; i++) {
            final String[] rate = args[i].split("=");
            rates.put(Disturbance.valueOf(rate[0]), Double.valueOf(rate[1]));
        }
        try (Guest guest = new Guest(new BackoffIdleStrategy(), new BackoffIdleStrategy())) {
            guest.exercise(Integer.parseInt(args[0]));
            final DisturbanceFork fork = new DisturbanceFork(guest, Long.parseLong(args[2]));
            fork.warmUp(rates);
            fork.size();
            fork.measure(rates, Long.parseLong(args[1]), Path.of(args[3]), String.join(" ", args));
        }
    }

    /** Compiles everything, with and without disturbance; a deoptimization would be one as well. */
    private void warmUp(final Map<Disturbance, Double> rates) {
        pairs.sizes(WARMUP_PUTS, WARMUP_STORES);
        run(WARMUP_PAIRS, new IntervalLog(1), new IntervalLog(1));
        try (Disturber disturber = new Disturber(guest, rates)) {
            disturber.start();
            run(2 * WARMUP_PAIRS, new IntervalLog(1), new IntervalLog(1));
        }
    }

    /** Sizes the blocks so that their medians are equal. */
    private void size() {
        sizing.size(pairs, BLOCK_NS);
        guest.vcpu.offline();
        notes.setProperty("putsPerBlock", Integer.toString(sizing.firstSize()));
        notes.setProperty("storesPerBlock", Integer.toString(sizing.secondSize()));
        noteMedians("before");
    }

    private void noteMedians(final String when) {
        notes.setProperty(when + "PutsNs", Long.toString(sizing.firstNs()));
        notes.setProperty(when + "StoresNs", Long.toString(sizing.secondNs()));
    }

    private void measure(
            final Map<Disturbance, Double> rates, final long blockPairs, final Path log, final String comment)
            throws IOException {
        final IntervalLog putsLog = new IntervalLog(SECONDS);
        final IntervalLog storesLog = new IntervalLog(SECONDS);
        System.gc();
        try (Disturber disturber = new Disturber(guest, rates)) {
            disturber.start();
            run(blockPairs, putsLog, storesLog);
            disturber.note(notes);
        }
        sizing.time(pairs, CHECK_PAIRS);
        guest.vcpu.offline();
        noteMedians("after");
        try (LogFile file = new LogFile(log, comment)) {
            file.write(DisturbanceRig.PUTS, putsLog);
            file.write(DisturbanceRig.STORES, storesLog);
        }
        Notes.write(log, notes);
    }

    private void run(final long blockPairs, final IntervalLog putsLog, final IntervalLog storesLog) {
        pairs.run(blockPairs, putsLog, storesLog);
        // From here on nobody waits for a vCPU that makes no calls.
        guest.vcpu.offline();
    }
}
