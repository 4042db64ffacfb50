package io.vfiotce.tools.gate.config;

import java.util.List;
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

    /** The settings with those of the first rule that matches, if any does. */
    static RowSettings apply(final List<RowRule> rules, final String row, final RowSettings fallback) {
        for (final RowRule rule : rules) {
            if (rule.match.matcher(row).find()) {
                return rule.overrides.over(fallback);
            }
        }
        return fallback;
    }
}
