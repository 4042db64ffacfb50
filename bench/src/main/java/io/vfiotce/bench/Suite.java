package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rows of benchmarks that are run and compared together, each suite for one part of the library. */
abstract class Suite {
    /** Forks of a row that stands in a ratio. */
    static final int RATIO_FORKS = 5;

    /** Forks of any other row. */
    static final int OTHER_FORKS = 1;

    private final List<Row> rows = new ArrayList<>();
    private final Row empty = add(EmptyBenchmark.class, "empty", null, OTHER_FORKS);
    private boolean ok = true;

    final List<Row> rows() {
        return rows;
    }

    final Row add(final Class<?> benchmark, final String method, final String parameters, final int forks) {
        final Row row = new Row(benchmark, method, parameters, forks);
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
     * @param provenance what the file says about where they are from
     * @return whether all limits hold
     */
    final boolean run(final Path json, final Provenance provenance) throws IOException {
        final Rounds rounds = new Rounds();
        rounds.time(rows);
        rounds.allocate(rows.stream().filter(row -> row == empty || isOurs(row)).toList());
        if (json != null) {
            RunJson.write(json, provenance.run(Set.of(), rows));
        }
        print();
        return ok && rounds.isComplete();
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
                final double excess = row.allocatedBytes() - empty.allocatedBytes();
                final boolean holds = excess <= Verdict.MAX_EXCESS_BYTES;
                ok &= holds;
                System.out.printf(
                        Locale.ROOT,
                        "%-28s %,.0f bytes per iteration beyond the harness's %,.0f: %s%n",
                        row.label(),
                        excess,
                        empty.allocatedBytes(),
                        holds ? "allocates nothing" : "ALLOCATES");
            }
        }
    }

    final void ratio(final String name, final Row ours, final Row limit, final double atMost) {
        ratio(name, ours.lowerQuartileNs(), limit.lowerQuartileNs(), atMost);
    }

    final void ratio(final String name, final double oursNs, final double limitNs, final double atMost) {
        final double ratio = oursNs / limitNs;
        final boolean holds = ratio <= atMost;
        ok &= holds;
        System.out.printf(
                Locale.ROOT,
                "%-38s %.2f, at most %.1f: %s (%.3f ns / %.3f ns)%n",
                name,
                ratio,
                atMost,
                holds ? "holds" : "MISSED",
                oursNs,
                limitNs);
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
}
