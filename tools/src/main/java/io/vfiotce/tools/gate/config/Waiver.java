package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.gate.report.Layer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Set;

/**
 * A reviewed exception: one layer of one row may fail up to a ceiling, or be missing, until a date.
 *
 * @param row exact key of the row, never a pattern
 * @param layer the layer; {@link Layer#COMPLETENESS} is for a row that the head no longer has
 * @param ceiling the largest excess that is let through, in the layer's own unit (see {@link Waivers}); NaN, which lets none
 *     through, if the layer may be missing instead
 * @param expires last day on which it holds
 * @param reason why
 * @param owner who answers for it, or the issue where it is followed up
 */
public record Waiver(String row, Layer layer, double ceiling, LocalDate expires, String reason, String owner) {
    private static final double MAX_CEILING = 1e12;
    private static final double MAX_SHARE = 99;
    private static final String CEILING = "ceiling";
    private static final String MISSING = "missing";

    static Waiver read(final ConfigObject from) {
        final String row = from.text("row");
        final Layer layer = from.choice("layer", Layer.class, null);
        if (layer == null) {
            throw from.wrong("layer", "is missing");
        }
        final boolean isMissing = from.flag(MISSING, false);
        // Of a row that the head has not there is nothing else to say.
        final boolean mayBeMissing = layer == Layer.COMPLETENESS || isMissing;
        if (layer == Layer.COMPLETENESS && from.has(MISSING)) {
            throw from.wrong(MISSING, "is what a waiver of completeness always means");
        }
        if (from.has(CEILING) == mayBeMissing) {
            throw from.wrong(CEILING, mayBeMissing ? "has no meaning for what is missing" : "is missing");
        }
        final double ceiling = isMissing ? Double.NaN : ceiling(from, layer);
        final Waiver result = new Waiver(row, layer, ceiling, date(from), from.text("reason"), from.text("owner"));
        from.finish();
        return result;
    }

    private static double ceiling(final ConfigObject from, final Layer layer) {
        return switch (layer) {
            case COMPLETENESS -> Double.NaN;
            case ALLOCATION, RATIO -> from.number(CEILING, 0, MAX_CEILING, null);
            case CODE_SHAPE, INSTRUCTIONS, TIME, LATENCY -> from.percent(CEILING, MAX_SHARE, null);
        };
    }

    /** Whether it lets through that the layer cannot be judged, and nothing else. */
    boolean coversMissing() {
        return Double.isNaN(ceiling);
    }

    static LocalDate date(final ConfigObject from) {
        try {
            return LocalDate.parse(from.text("expires"));
        } catch (final DateTimeException e) {
            throw from.wrong("expires", "is no date like 2026-12-31");
        }
    }

    /** The same thing twice is refused; two ceilings for it would contradict each other. */
    static void refuseTwice(final Set<Object> seen, final Object key, final ConfigObject from) {
        if (!seen.add(key)) {
            throw from.wrong("is the second waiver of " + key);
        }
    }
}
