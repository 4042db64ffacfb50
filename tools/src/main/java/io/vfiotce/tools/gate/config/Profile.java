package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.run.LatencyRow;
import io.vfiotce.tools.gate.run.Metric;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One way to run the gate: {@code smoke} before a push, {@code pr} for a change, {@code nightly}, or any other name. */
public final class Profile {
    private static final int NIGHTLY_MINUTES = 90;

    private final String name;
    private final RunSettings run;
    private final RowSettings rowDefaults;
    private final SortedMap<RowName, LatencyRow> latency;
    private final List<RowRule> ownRules;
    private final List<RowRule> commonRules;

    Profile(
            final String name,
            final RunSettings run,
            final RowSettings rowDefaults,
            final SortedMap<RowName, LatencyRow> latency,
            final List<RowRule> ownRules,
            final List<RowRule> commonRules) {
        this.name = name;
        this.run = run;
        this.rowDefaults = rowDefaults;
        this.latency = Collections.unmodifiableSortedMap(new TreeMap<>(latency));
        this.ownRules = ownRules;
        this.commonRules = commonRules;
    }

    /** The three that need not be in the file, over the file's defaults. */
    static Map<String, Profile> builtIn(
            final RunSettings run,
            final RowSettings row,
            final SortedMap<RowName, LatencyRow> latency,
            final List<RowRule> rules) {
        final Map<String, Profile> result = new TreeMap<>();
        final RowSettings smoke = new RowSettings(
                row.limit(),
                row.margin(),
                row.metric(),
                List.of(Layer.ALLOCATION, Layer.CODE_SHAPE),
                row.allocatedBytes(),
                row.owner());
        result.put("smoke", new Profile("smoke", run, smoke, new TreeMap<>(), List.of(), rules));
        result.put("pr", new Profile("pr", run, row, latency, List.of(), rules));
        result.put("nightly", new Profile("nightly", run.nightly(NIGHTLY_MINUTES), row, latency, List.of(), rules));
        return result;
    }

    static Profile read(final String name, final ConfigObject from, final Profile fallback) {
        final Profile result = new Profile(
                name,
                RunSettings.read(from, fallback.run),
                RowOverrides.read(from).over(fallback.rowDefaults),
                LatencyRows.read(from, fallback.latency),
                RowRule.readAll(from.objects("rows")),
                fallback.commonRules);
        from.finish();
        return result;
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return how a run is made} */
    public RunSettings run() {
        return run;
    }

    /** {@return the latency rows by name} */
    public SortedMap<RowName, LatencyRow> latency() {
        return latency;
    }

    /**
     * What holds for a row: of the profile's own rules the first that matches, then of the file's rules the first that
     * matches, then the profile's values, then the file's defaults. A latency row is judged in its own layer and in no other.
     *
     * @param row the row's key
     * @return its settings
     * @throws BadInputException if the margin is not below the limit
     */
    public RowSettings row(final String row) {
        final RowSettings result = RowRule.apply(ownRules, row, RowRule.apply(commonRules, row, rowDefaults));
        if (result.margin() >= result.limit()) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "profile %s: the margin of %s, %s%%, is not below its limit, %s%%",
                    name,
                    row,
                    result.margin() * 100,
                    result.limit() * 100));
        }
        return isLatency(row)
                ? new RowSettings(
                        result.limit(),
                        result.margin(),
                        Metric.WALL,
                        List.of(Layer.LATENCY),
                        OptionalDouble.empty(),
                        result.owner())
                : result;
    }

    private boolean isLatency(final String row) {
        return latency.keySet().stream().anyMatch(name -> name.text().equals(row));
    }

    /**
     * Blocks of settings for rows that are the first to match of no row, and therefore hold for nothing.
     *
     * @param rows keys of all rows that there are
     * @return their expressions, the profile's own first
     */
    public List<String> idleRules(final Collection<String> rows) {
        return Stream.concat(RowRule.idle(ownRules, rows).stream(), RowRule.idle(commonRules, rows).stream())
                .toList();
    }
}
