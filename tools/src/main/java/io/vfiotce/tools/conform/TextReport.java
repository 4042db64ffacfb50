package io.vfiotce.tools.conform;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints reports for people. */
final class TextReport {
    private TextReport() {}

    static void file(final FileReport report, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d scenarios, %,d calls, %,d mismatches, %,d layer dependent%s%n",
                report.file(),
                report.scenarios(),
                report.ops(),
                report.mismatches(),
                report.layerDependent(),
                report.error() == null ? "" : ", stopped by an error");
        report.divergences().forEach(divergence -> out.println("  " + divergence));
        final long more = report.divergentScenarios() - report.divergences().size();
        if (more > 0) {
            out.printf(Locale.ROOT, "  and %,d more scenarios that differ%n", more);
        }
        out.flush();
    }

    static void summary(final ConformSummary summary, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: %,d scenarios, %,d calls, %,d mismatches, %,d layer dependent%n",
                summary.isOk() ? "ok" : "FAILED",
                summary.scenarios(),
                summary.ops(),
                summary.mismatches(),
                summary.layerDependent());
        out.flush();
    }
}
