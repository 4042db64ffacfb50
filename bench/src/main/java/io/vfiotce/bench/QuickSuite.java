package io.vfiotce.bench;

import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The quick suite: each hypercall on each layer, with the limits and peers in the same run, in under three minutes.
 *
 * <p>Forks are the samples. Rows are shuffled in each round, so that a slow spell of the machine spreads over all of them.
 * Allocation is measured in a pass of its own.
 */
final class QuickSuite {
    /** Forks of a row that stands in a ratio, and of the others. */
    private static final int RATIO_FORKS = 5;

    private static final int OTHER_FORKS = 1;

    // What a harness may differ from itself between iterations; a row that allocates does it a million times.
    private static final long MAX_EXCESS_BYTES = 4096;

    private final List<Row> rows = new ArrayList<>();
    private final Row empty = add(EmptyBenchmark.class, "empty", null, OTHER_FORKS);
    private final Row bareStore = add(PutTceBenchmark.class, "bareStore", null, RATIO_FORKS);
    private final Row put = add(PutTceBenchmark.class, "real", null, RATIO_FORKS);
    private final Row releaseStores = add(IndirectBenchmark.class, "releaseStores", null, RATIO_FORKS);
    private final Row indirect = add(IndirectBenchmark.class, "real", null, RATIO_FORKS);
    private final Row setMemory = add(StuffBenchmark.class, "setMemory", null, RATIO_FORKS);
    private final Row stuff = add(StuffBenchmark.class, "real", null, RATIO_FORKS);
    private final Row alone = add(LiobnLookupBenchmark.class, "hot", "1", RATIO_FORKS);
    private final Row hot = add(LiobnLookupBenchmark.class, "hot", "4096", RATIO_FORKS);
    private final Row random = add(LiobnLookupBenchmark.class, "random", "64", RATIO_FORKS);
    private final Row hashMap = add(PutTceBenchmark.class, "synchronizedHashMap", null, OTHER_FORKS);
    private final Row slow = add(PutTceBenchmark.class, "userspace", null, RATIO_FORKS);
    private boolean ok = true;

    QuickSuite() {
        add(PutTceBenchmark.class, "realByNumber", null, OTHER_FORKS);
        add(PutTceBenchmark.class, "virtual", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "real", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "virtual", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "userspace", null, OTHER_FORKS);
        add(IndirectBenchmark.class, "virtual", null, OTHER_FORKS);
        add(IndirectBenchmark.class, "userspace", null, OTHER_FORKS);
        add(StuffBenchmark.class, "virtual", null, OTHER_FORKS);
        add(StuffBenchmark.class, "userspace", null, OTHER_FORKS);
    }

    List<Row> rows() {
        return rows;
    }

    private Row add(final Class<?> benchmark, final String method, final String tables, final int forks) {
        final Row row = new Row(benchmark, method, tables, forks);
        rows.add(row);
        return row;
    }

    /**
     * Runs the suite and prints it.
     *
     * @param json where to write the figures of every fork, or null
     * @return whether all limits hold
     */
    boolean run(final Path json) throws RunnerException {
        final Random coin = new Random(System.nanoTime());
        for (int round = 0; round < RATIO_FORKS; round++) {
            final List<Row> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, coin);
            for (final Row row : shuffled) {
                if (round < row.forks()) {
                    System.err.printf("round %d of %d: %s%n", round + 1, RATIO_FORKS, row.label());
                    Forks.time(row);
                }
            }
        }
        for (final Row row : rows) {
            if (row != hashMap) {
                System.err.printf("allocation: %s%n", row.label());
                Forks.allocate(row);
            }
        }
        if (json != null) {
            writeJson(json);
        }
        print();
        return ok;
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "JDK %s, %s, %d processors%n",
                System.getProperty("java.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
        for (final Row row : rows) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %10.3f ns (lower quartile of %d forks: %s)%n",
                    row.label(),
                    row.lowerQuartileNs(),
                    row.forkNs().size(),
                    forks(row.forkNs()));
        }
        printAllocation();
        System.out.printf(
                Locale.ROOT,
                "H_PUT_TCE in real mode / synchronized HashMap %.2f%n",
                put.lowerQuartileNs() / hashMap.lowerQuartileNs());
        System.out.printf("slow over fast per fork: p10 %s, p50 %s%n", over(slow.forkP10Ns()), over(slow.forkNs()));
        ratio("H_PUT_TCE in real mode / bare store", put, bareStore, 4.0);
        ratio("INDIRECT 512 per TCE / release store", indirect, releaseStores, 3.0);
        ratio("STUFF of 512 zeros / setMemory", stuff, setMemory, 1.5);
        ratio("one hot LIOBN among 4,096 / alone", hot, alone, 1.1);
        ratio("random LIOBN among 64 / alone", random, alone, 2.0);
    }

    private void printAllocation() {
        for (final Row row : rows) {
            final long excess = row.allocatedBytesPerIteration() - empty.allocatedBytesPerIteration();
            if (row != hashMap && row != empty) {
                final boolean holds = excess <= MAX_EXCESS_BYTES;
                ok &= holds;
                System.out.printf(
                        Locale.ROOT,
                        "%-28s %,d bytes per iteration beyond the harness's %,d: %s%n",
                        row.label(),
                        excess,
                        empty.allocatedBytesPerIteration(),
                        holds ? "allocates nothing" : "ALLOCATES");
            }
        }
    }

    private void ratio(final String name, final Row ours, final Row limit, final double atMost) {
        final double ratio = ours.lowerQuartileNs() / limit.lowerQuartileNs();
        final boolean holds = ratio <= atMost;
        ok &= holds;
        System.out.printf(
                Locale.ROOT,
                "%-38s %.2f, at most %.1f: %s (%.3f ns / %.3f ns)%n",
                name,
                ratio,
                atMost,
                holds ? "holds" : "MISSED",
                ours.lowerQuartileNs(),
                limit.lowerQuartileNs());
    }

    private String over(final List<Double> slowNs) {
        final List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < slowNs.size(); i++) {
            ratios.add(slowNs.get(i) / put.forkNs().get(i));
        }
        return forks(ratios);
    }

    private static String forks(final List<Double> values) {
        final StringBuilder text = new StringBuilder();
        for (final double value : values) {
            text.append(text.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.2f", value));
        }
        return text.toString();
    }

    private void writeJson(final Path json) {
        final List<RunResult> results = new ArrayList<>();
        rows.forEach(row -> results.addAll(row.results()));
        try (PrintStream out = new PrintStream(json.toFile())) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        } catch (final FileNotFoundException e) {
            System.err.println(json + ": cannot be written: " + e.getMessage());
            ok = false;
        }
    }
}
