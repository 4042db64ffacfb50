package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which rows of a jar are wanted.
 *
 * @param include a row is wanted if one of these is found in its text; all rows if there are none
 * @param exclude and none of these is
 * @param params values that parameters must have where a benchmark has them
 */
public record RowFilter(List<Pattern> include, List<Pattern> exclude, SortedMap<String, String> params) {
    /**
     * Chooses rows.
     *
     * @param rows the rows
     * @return the wanted ones
     */
    public SortedSet<RowName> choose(final SortedSet<RowName> rows) {
        final SortedSet<RowName> chosen = new TreeSet<>();
        rows.stream().filter(this::wants).forEach(chosen::add);
        return chosen;
    }

    /**
     * What asks for rows that there are not: such a row may have another name now.
     *
     * @param rows all rows
     * @return each expression and value that finds none
     */
    public List<String> idle(final Collection<RowName> rows) {
        final List<String> idle = new ArrayList<>();
        include.stream()
                .filter(regex ->
                        rows.stream().noneMatch(row -> regex.matcher(row.text()).find()))
                .forEach(regex -> idle.add("include '" + regex + "'"));
        params.forEach((name, value) -> {
            if (rows.stream().noneMatch(row -> value.equals(row.params().get(name)))) {
                idle.add("param " + name + "=" + value);
            }
        });
        return List.copyOf(idle);
    }

    /** {@return the filter as text; empty if it wants all rows} */
    public String text() {
        final List<String> words = new ArrayList<>();
        include.forEach(regex -> words.add("include '" + regex + "'"));
        exclude.forEach(regex -> words.add("exclude '" + regex + "'"));
        params.forEach((name, value) -> words.add("param " + name + "=" + value));
        return String.join(", ", words);
    }

    private boolean wants(final RowName row) {
        final String text = row.text();
        return (include.isEmpty()
                        || include.stream().anyMatch(p -> p.matcher(text).find()))
                && exclude.stream().noneMatch(p -> p.matcher(text).find())
                && params.entrySet().stream()
                        .allMatch(wanted -> wanted.getValue()
                                .equals(row.params().getOrDefault(wanted.getKey(), wanted.getValue())));
    }
}
