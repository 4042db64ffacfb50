package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The rows that this build measures, with all values of their parameters: what JMH prints for {@code -lp}, without the rows in
 * which {@code tce gate selftest} plants faults.
 */
final class Rows {
    /** The harness itself. */
    static final String EMPTY = "EmptyBenchmark.empty";

    private static final String PLANTED = "io.vfiotce.bench.plant.";

    private final SortedMap<String, SortedMap<String, List<String>>> benchmarks = new TreeMap<>();

    Rows() {
        final Set<BenchmarkListEntry> entries = BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of());
        for (final BenchmarkListEntry entry : entries) {
            if (entry.getUsername().startsWith(PLANTED)) {
                continue;
            }
            final SortedMap<String, List<String>> params = new TreeMap<>();
            entry.getParams().orElse(Map.of()).forEach((name, values) -> params.put(name, Arrays.asList(values)));
            if (benchmarks.put(entry.getUsername(), params) != null) {
                throw new IllegalStateException(entry.getUsername() + " has more than one mode");
            }
        }
    }

    /** All benchmarks, a line for each: name and parameters. */
    List<String> lines() {
        final List<String> lines = new ArrayList<>();
        benchmarks.forEach((name, params) -> {
            final StringBuilder line = new StringBuilder(Measured.key(name, Map.of()));
            params.forEach((param, values) ->
                    line.append(' ').append(param).append('=').append(String.join(",", values)));
            lines.add(line.toString());
        });
        return lines;
    }

    /** Names of all rows. */
    List<String> keys() {
        final List<String> keys = new ArrayList<>();
        benchmarks.forEach((name, params) -> {
            List<Map<String, String>> combinations = List.of(Map.of());
            for (final Map.Entry<String, List<String>> param : params.entrySet()) {
                final List<Map<String, String>> longer = new ArrayList<>();
                for (final Map<String, String> combination : combinations) {
                    for (final String value : param.getValue()) {
                        final Map<String, String> more = new LinkedHashMap<>(combination);
                        more.put(param.getKey(), value);
                        longer.add(more);
                    }
                }
                combinations = longer;
            }
            combinations.forEach(combination -> keys.add(Measured.key(name, combination)));
        });
        return keys;
    }

    /** What is wrong with a row's name: no such benchmark, or other parameters than its own; null if nothing is. */
    String problem(final Row row) {
        final SortedMap<String, List<String>> params = benchmarks.get(row.benchmark());
        if (params == null) {
            return "there is no row " + row.key();
        }
        return params.keySet().equals(row.params().keySet())
                ? null
                : "row " + row.key() + " has the parameters " + params.keySet();
    }

    /** What is wrong with the names of rows, nothing if they all exist. */
    List<String> problems(final Collection<Row> rows) {
        return rows.stream()
                .map(this::problem)
                .filter(problem -> problem != null)
                .toList();
    }
}
