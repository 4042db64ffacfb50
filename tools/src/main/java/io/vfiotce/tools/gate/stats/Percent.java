package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.gate.report.Interval;
import java.util.Locale;

/** Effects in words. */
final class Percent {
    private Percent() {}

    static String of(final double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String effect(final Interval interval) {
        return String.format(
                Locale.ROOT,
                "%s %s (%.0f %% interval %+.1f %% to %+.1f %%)",
                of(Math.abs(interval.effect())),
                interval.effect() >= 0 ? "slower" : "faster",
                100 * interval.level(),
                100 * interval.lower(),
                100 * interval.upper());
    }
}
