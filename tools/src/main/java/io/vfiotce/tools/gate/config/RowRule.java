package io.vfiotce.tools.gate.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings of the rows in whose keys a pattern is found.
 *
 * @param match the pattern
 * @param overrides the settings
 */
record RowRule(Pattern match, RowOverrides overrides) {
    static List<RowRule> readAll(final List<ConfigObject> blocks) {
        return blocks.stream()
                .map(block -> {
                    final RowRule rule = new RowRule(block.pattern("match"), RowOverrides.read(block));
                    block.finish();
                    return rule;
                })
                .toList();
    }

    /** The expressions of rules that are the first to match of no row: they hold for nothing. */
    static List<String> idle(final List<RowRule> rules, final Collection<String> rows) {
        final List<RowRule> idle = new ArrayList<>(rules);
        rows.forEach(row -> first(rules, row).ifPresent(idle::remove));
        return idle.stream().map(rule -> rule.match.pattern()).toList();
    }

    /** The settings with those of the first rule that matches, if any does. */
    static RowSettings apply(final List<RowRule> rules, final String row, final RowSettings fallback) {
        return first(rules, row).map(rule -> rule.overrides.over(fallback)).orElse(fallback);
    }

    private static Optional<RowRule> first(final List<RowRule> rules, final String row) {
        return rules.stream().filter(rule -> rule.match.matcher(row).find()).findFirst();
    }
}
