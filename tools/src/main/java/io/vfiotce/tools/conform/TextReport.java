package io.vfiotce.tools.conform;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints reports for people. */
final class TextReport {
    private TextReport() {}

    static void file(final FileReport report, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d scenarios, %,d calls, %,d mismatches, %,d layer dependent, %,d skipped%s%n",
                report.file(),
                report.scenarios(),
                report.ops(),
                report.mismatches(),
                report.layerDependent(),
                report.skipped().size(),
                report.error() == null ? "" : ", stopped by an error");
        report.divergences().forEach(divergence -> out.println("  " + divergence));
        final long more = report.divergentScenarios() - report.divergences().size();
        if (more > 0) {
            out.printf(Locale.ROOT, "  and %,d more scenarios that differ%n", more);
        }
        final Map<String, List<SkippedScenario>> byReason = report.skipped().stream()
                .collect(Collectors.groupingBy(SkippedScenario::reason, LinkedHashMap::new, Collectors.toList()));
        byReason.forEach((reason, skipped) -> out.printf(
                Locale.ROOT,
                "  skipped, %s: %s%n",
                reason,
                skipped.stream().map(SkippedScenario::name).collect(Collectors.joining(", "))));
        out.flush();
    }

    static void summary(final ConformSummary summary, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d scenarios, %,d calls, %,d mismatches, %,d layer dependent, %,d skipped%n",
                summary.isOk() ? "ok" : "FAILED",
                summary.scenarios(),
                summary.ops(),
                summary.mismatches(),
                summary.layerDependent(),
                summary.skipped());
        out.flush();
    }
}
