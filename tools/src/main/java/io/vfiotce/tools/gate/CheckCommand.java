package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.BaseWaiver;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tce gate check}: the contracts of one jar. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks what one JMH jar must keep by itself: allocation, compiled code, instructions, ratios.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all contracts are kept",
            "1:one is broken",
            "2:bad input, configuration or waiver",
            "3:inconclusive, where the configuration blocks that",
            "4:the measurement is invalid",
            "5:data are missing",
            "6:internal error"
        })
final class CheckCommand extends MeasuringCommand {
    @Option(names = "--jar", paramLabel = "JAR", required = true, description = "The jar that is judged.")
    private Path jar;

    @Override
    Path[] inputs() {
        return new Path[] {jar};
    }

    @Override
    Optional<GateReport> measured(final RunPlan plan, final RunSession session)
            throws IOException, InterruptedException {
        final Jars.Listed listed = Jars.list(plan, jar);
        final RowSelection selection = selection(plan, listed);
        final CheckRun run = new CheckRun(plan, selection);
        if (!run.hasContracts()) {
            throw new BadInputException("the configuration has no contract on any of the "
                    + selection.both().size() + " rows: there is nothing to check");
        }
        final List<String> words = new ArrayList<>(List.of("tce", "gate", "check", "--jar", jar.toString()));
        words.addAll(options().words(plan));
        return measured(
                new Target(plan, session, listed, selection, words),
                run,
                Verdict.PASS,
                "the jar has this row",
                "",
                this::isDry);
    }

    /** What is checked, and how. */
    private record Target(
            RunPlan plan, RunSession session, Jars.Listed jar, RowSelection selection, List<String> words) {}

    /** The head alone, where its base does not build and that is waived. */
    static Optional<GateReport> withoutBase(
            final RunPlan plan,
            final RunSession session,
            final Jars.Listed head,
            final List<String> words,
            final BaseWaiver waiver,
            final Predicate<String> isDry)
            throws InterruptedException {
        final RowSelection selection = selection(plan, head);
        final CheckRun run = new CheckRun(plan, selection);
        return measured(
                new Target(plan, session, head, selection, words),
                run,
                Verdict.NEW,
                "there is no base to compare with",
                "The base " + waiver.commit() + " does not build, which is waived until " + waiver.expires() + " by "
                        + waiver.owner() + " (" + waiver.reason() + "): "
                        + (run.hasContracts()
                                ? "only contracts were checked."
                                : "nothing was checked, for the configuration has no contract on these rows."),
                isDry);
    }

    private static RowSelection selection(final RunPlan plan, final Jars.Listed jar) {
        return RowSelection.of(jar.rows(), jar.rows(), plan.filter());
    }

    private static Optional<GateReport> measured(
            final Target target,
            final CheckRun run,
            final Verdict completeness,
            final String reason,
            final String note,
            final Predicate<String> isDry)
            throws InterruptedException {
        if (isDry.test(run.listing())) {
            return Optional.empty();
        }
        final RunSession session = target.session();
        session.take(target.jar(), target.jar());
        // Also where no ratio has forks to keep: it refuses a directory of a run that was made otherwise.
        session.journal(target.selection());
        final Assembly assembly = new Assembly("check", target.plan(), session.envelope(target.words()));
        if (!note.isEmpty()) {
            assembly.note(note);
        }
        return Optional.of(run.run(
                session.evidence(),
                session.forks(),
                number -> session.ratioJournal(target.selection(), number),
                session.clock(),
                assembly,
                LayerResults.plain(Layer.COMPLETENESS, completeness, reason)));
    }
}
