package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tce gate aa}: compares a jar with itself, which shows what the host and the gate make up. */
@Command(
        name = "aa",
        mixinStandardHelpOptions = true,
        description = "Times a JMH jar against itself: how often the gate objects here, and by how much it errs.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing was confirmed",
            "1:with --all-layers, a layer beside the clock says that the jar is worse than itself, or a contract is broken",
            "2:bad input or configuration",
            "3:inconclusive, where the configuration blocks that",
            "4:a row became slower than itself, or the host disturbed the measurement",
            "5:data are missing",
            "6:internal error"
        })
final class AaCommand extends MeasuringCommand {
    private static final Set<Layer> CLOCKED = EnumSet.of(Layer.TIME, Layer.LATENCY);

    private static final int SECOND_STAGE = 2;

    @Option(names = "--jar", paramLabel = "JAR", required = true, description = "The jar.")
    private Path jar;

    @Option(
            names = "--all-layers",
            description = "Compares it in all layers that the configuration gives a row, not in time alone.")
    private boolean allLayers;

    @Override
    Path[] inputs() {
        return new Path[] {jar};
    }

    @Override
    Optional<GateReport> measured(final RunPlan plan, final RunSession session)
            throws IOException, InterruptedException {
        final Jars.Listed listed = Jars.list(plan, jar);
        IdleRules.refuseLatency(plan.profile(), List.of(listed));
        final RowSelection selection = RowSelection.of(listed.rows(), listed.rows(), plan.filter());
        final AbRun run = AbRun.ofItself(plan, selection, !allLayers);
        if (isDry(run.listing())) {
            return Optional.empty();
        }
        session.take(listed, listed);
        final Assembly assembly = new Assembly("aa", plan, session.envelope(words(plan)));
        return Optional.of(noted(run.run(
                session.evidence(),
                new Clocked<>(session.forks(), session.journal(selection)),
                session.latency(selection),
                session.clock(),
                assembly)));
    }

    /** The report with what the run says about the gate itself. */
    static GateReport noted(final GateReport report) {
        final List<LayerResult> timed = report.rows().stream()
                .flatMap(row -> row.layers().stream())
                .filter(layer -> CLOCKED.contains(layer.layer()) && layer.interval() != null)
                .toList();
        if (timed.isEmpty()) {
            return report;
        }
        // A flagged row that the budget left without a second stage is missing.
        final long flagged = timed.stream()
                .filter(layer -> layer.verdict() == Verdict.MISSING
                        || layer.pairs().stream().anyMatch(pair -> pair.stage() == SECOND_STAGE))
                .count();
        final double largest = timed.stream()
                .mapToDouble(layer -> Math.abs(layer.interval().effect()))
                .max()
                .orElseThrow();
        final List<String> notes = new ArrayList<>(report.notes());
        notes.add(String.format(
                Locale.ROOT,
                "The jar was timed against itself: of %d rows the first stage flagged %d, and the largest effect is "
                        + "%.2f %%: so much the host and the gate make up by themselves.",
                timed.size(),
                flagged,
                100 * largest));
        return new GateReport(
                report.schema(),
                report.command(),
                report.verdict(),
                report.exitCode(),
                report.seed(),
                report.envelope(),
                report.rows(),
                report.host(),
                List.copyOf(notes));
    }

    private List<String> words(final RunPlan plan) {
        final List<String> words = new ArrayList<>(List.of("tce", "gate", "aa", "--jar", jar.toString()));
        if (allLayers) {
            words.add("--all-layers");
        }
        words.addAll(options().words(plan));
        return words;
    }
}
