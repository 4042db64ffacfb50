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
 * Rows of benchmarks that are run and compared together.
 *
 * <p>Forks are the samples. Rows are shuffled in each round, so that a slow spell of the machine spreads over all of them.
 * Allocation is measured in a pass of its own.
 */
abstract class Suite {
    /** Forks of a row that stands in a ratio. */
    static final int RATIO_FORKS = 5;

    /** Forks of any other row. */
    static final int OTHER_FORKS = 1;

    // What a harness may differ from itself between iterations; a row that allocates does it a million times.
    private static final long MAX_EXCESS_BYTES = 4096;

    private final List<Row> rows = new ArrayList<>();
    private final Row empty = add(EmptyBenchmark.class, "empty", null, OTHER_FORKS);
    private boolean ok = true;

    final List<Row> rows() {
        return rows;
    }

    final Row add(final Class<?> benchmark, final String method, final String parameter, final int forks) {
        final Row row = new Row(benchmark, method, parameter, forks);
        rows.add(row);
        return row;
    }

    /** Prints what is compared, by {@link #ratio}. */
    abstract void printRatios();

    /** Whether a row of this suite is code of ours, which must not allocate; the empty row is nobody's. */
    abstract boolean isOurs(Row row);

    /**
     * Runs the suite and prints it.
     *
     * @param json where to write the figures of every fork, or null
     * @return whether all limits hold
     */
    final boolean run(final Path json) throws RunnerException {
        final Random coin = new Random(System.nanoTime());
        final int rounds = rows.stream().mapToInt(Row::forks).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            final List<Row> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, coin);
            for (final Row row : shuffled) {
                if (round < row.forks()) {
                    System.err.printf("round %d of %d: %s%n", round + 1, rounds, row.label());
                    Forks.time(row);
                }
            }
        }
        for (final Row row : rows) {
            if (row == empty || isOurs(row)) {
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
        printRatios();
    }

    private void printAllocation() {
        for (final Row row : rows) {
            if (row != empty && isOurs(row)) {
                final long excess = row.allocatedBytesPerIteration() - empty.allocatedBytesPerIteration();
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

    final void ratio(final String name, final Row ours, final Row limit, final double atMost) {
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

    /** Prints a ratio that has no limit. */
    static void compare(final String name, final Row ours, final Row other) {
        System.out.printf(
                Locale.ROOT,
                "%-38s %.2f (%.3f ns / %.3f ns)%n",
                name,
                ours.lowerQuartileNs() / other.lowerQuartileNs(),
                ours.lowerQuartileNs(),
                other.lowerQuartileNs());
    }

    /** Prints the tenth percentile of each fork: what a row costs when nothing disturbs it. */
    static void printP10(final Row row) {
        System.out.printf("%-28s p10 per fork %s%n", row.label(), forks(row.forkP10Ns()));
    }

    static String forks(final List<Double> values) {
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
