package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.LatencyRow;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the list {@code latency}: rows that are programs of their own. */
final class LatencyRows {
    private static final String KEY = "latency";
    private static final String ROW = "row";
    private static final String ARGS = "args";
    private static final int MAX_SAMPLES = 1_000_000_000;
    private static final int MAX_SECONDS = 3_600;

    /** A name without white space, then parameters. */
    private static final Pattern NAME = Pattern.compile("[^\\s=]+( [^\\s=]+=\\S+)*");

    /** What a log cannot have in a tag. */
    private static final Pattern NO_TAG = Pattern.compile("[,\\s]");

    private LatencyRows() {}

    /** The rows by their names; those of the fallback if nothing is said. */
    static SortedMap<RowName, LatencyRow> read(final ConfigObject from, final SortedMap<RowName, LatencyRow> fallback) {
        if (!from.has(KEY)) {
            return fallback;
        }
        final SortedMap<RowName, LatencyRow> rows = new TreeMap<>();
        for (final ConfigObject block : from.objects(KEY)) {
            final LatencyRow row = row(block);
            if (rows.put(row.name(), row) != null) {
                throw block.wrong(ROW, "is the name of another row too");
            }
        }
        return rows;
    }

    private static LatencyRow row(final ConfigObject from) {
        final List<String> args = from.texts(ARGS, List.of());
        if (args.stream().noneMatch(arg -> arg.contains(LatencyRow.LOG))) {
            throw from.wrong(ARGS, "has no " + LatencyRow.LOG + ", which stands for the file to write");
        }
        final LatencyRow row = new LatencyRow(
                name(from),
                from.text("main"),
                args,
                tag(from, "tag"),
                tag(from, "serviceTag"),
                required(from, "samples", MAX_SAMPLES),
                required(from, "seconds", MAX_SECONDS));
        if (row.serviceTag().isPresent() && row.serviceTag().equals(row.tag())) {
            throw from.wrong("serviceTag", "is that of the response times");
        }
        from.finish();
        return row;
    }

    private static RowName name(final ConfigObject from) {
        final String text = from.text(ROW);
        if (!NAME.matcher(text).matches()) {
            throw from.wrong(ROW, "is no name with parameters, like 'slowPath idle=park rate=10000'");
        }
        final String[] words = text.split(" ");
        final SortedMap<String, String> params = new TreeMap<>();
        for (final String param : List.of(words).subList(1, words.length)) {
            final int equals = param.indexOf('=');
            params.put(param.substring(0, equals), param.substring(equals + 1));
        }
        final RowName name = new RowName(words[0], params);
        // Waivers and reports know a row by exactly one text.
        if (!name.text().equals(text)) {
            throw from.wrong(ROW, "must have its parameters once and sorted: '" + name.text() + "'");
        }
        return name;
    }

    private static Optional<String> tag(final ConfigObject from, final String key) {
        if (!from.has(key)) {
            return Optional.empty();
        }
        final String tag = from.text(key);
        if (NO_TAG.matcher(tag).find()) {
            throw from.wrong(key, "has a comma or white space, which no tag can have");
        }
        return Optional.of(tag);
    }

    private static int required(final ConfigObject from, final String key, final int max) {
        if (!from.has(key)) {
            throw from.wrong(key, "is missing");
        }
        return from.integer(key, 1, max, 0);
    }
}
