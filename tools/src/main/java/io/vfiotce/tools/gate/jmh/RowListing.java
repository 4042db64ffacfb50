package io.vfiotce.tools.gate.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of benchmarks that JMH prints for {@code -lp}.
 *
 * <p>JMH separates values by a comma and a space here and by a comma on its command line; it cannot be given a value that
 * contains one, and neither can the gate.
 *
 * @source JMH's Runner.listWithParams
 */
public final class RowListing {
    private static final String TITLE = "Benchmarks:";
    private static final Pattern PARAM = Pattern.compile("^\\s+param \"([^\"]+)\" = \\{(.*)}$");
    private static final Pattern BENCHMARK = Pattern.compile("^\\S+\\.\\S+$");

    private RowListing() {}

    /**
     * Reads the list and forms every combination of parameters.
     *
     * @param printed what JMH printed
     * @return the rows, sorted; a benchmark of several modes once
     * @throws GateDataException if it is no such list, a benchmark has a parameter without values, or two rows have one name
     */
    public static SortedSet<RowName> parse(final String printed) {
        final SortedMap<String, SortedMap<String, List<String>>> benchmarks = new TreeMap<>();
        SortedMap<String, List<String>> params = null;
        boolean titled = false;
        for (final String line : printed.lines().toList()) {
            final Matcher param = PARAM.matcher(line);
            if (line.strip().equals(TITLE)) {
                titled = true;
            } else if (titled && params != null && param.matches()) {
                params.put(param.group(1), List.of(param.group(2).split(", ", -1)));
            } else if (titled && BENCHMARK.matcher(line).matches()) {
                params = benchmarks.computeIfAbsent(line, name -> new TreeMap<>());
            } else if (titled && !line.isBlank()) {
                throw new GateDataException("JMH's list of benchmarks has the strange line '" + line.strip() + "'");
            }
        }
        if (!titled) {
            throw new GateDataException("JMH printed no list of benchmarks");
        }
        final TreeSet<RowName> rows = new TreeSet<>();
        benchmarks.forEach((benchmark, values) -> combinations(benchmark, values)
                .forEach(row -> {
                    // One would be measured and stand for both.
                    if (!rows.add(row) && !row.equals(rows.floor(row))) {
                        throw new GateDataException("two rows are called '" + row.text() + "'");
                    }
                }));
        return rows;
    }

    private static List<RowName> combinations(final String benchmark, final SortedMap<String, List<String>> values) {
        List<RowName> rows = List.of(new RowName(benchmark, new TreeMap<>()));
        for (final String param : values.keySet()) {
            final List<RowName> longer = new ArrayList<>();
            for (final RowName row : rows) {
                for (final String value : values.get(param)) {
                    final SortedMap<String, String> params = new TreeMap<>(row.params());
                    params.put(param, value);
                    longer.add(new RowName(benchmark, params));
                }
            }
            rows = longer;
        }
        return rows;
    }
}
