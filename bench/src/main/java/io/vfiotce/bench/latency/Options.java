package io.vfiotce.bench.latency;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Options of a rig: {@code --name=value}, and the file of results. */
final class Options {
    private final Map<String, String> values;
    private final String name;
    private Path json;

    /**
     * Reads options.
     *
     * @param name the rig's name
     * @param defaults every option there is, with its default
     * @param arguments the options, and at most one file
     * @throws IllegalArgumentException if there is something else
     */
    Options(final String name, final Map<String, String> defaults, final String... arguments) {
        this.name = name;
        values = new TreeMap<>(defaults);
        for (final String argument : arguments) {
            final int equals = argument.indexOf('=');
            if (argument.startsWith("--") && equals > 0 && values.containsKey(argument.substring(2, equals))) {
                values.put(argument.substring(2, equals), argument.substring(equals + 1));
            } else if (argument.startsWith("--") || json != null) {
                throw new IllegalArgumentException(
                        argument + ": usage: [JSON-FILE] [--NAME=VALUE]..., by default " + values);
            } else {
                json = Path.of(argument);
            }
        }
    }

    /** {@return where results are written, or null} */
    Path json() {
        return json;
    }

    /** {@return where histograms are written: beside the results} */
    Path log() {
        final String file = json == null ? name : json.getFileName().toString().replaceFirst("\\.json$", "");
        return json == null ? Path.of(file + ".hlog") : json.resolveSibling(file + ".hlog");
    }

    /** {@return the value of an option} */
    String text(final String option) {
        return values.get(option);
    }

    /** {@return the value of an option that is a number} */
    int number(final String option) {
        return Integer.parseInt(text(option));
    }

    /** {@return the value of an option that is a list with commas} */
    List<String> list(final String option) {
        return Stream.of(text(option).split(",")).toList();
    }
}
