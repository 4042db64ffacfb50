package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.StageRunner;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.selftest.PowerFigures;
import io.vfiotce.tools.gate.stats.DetectableEffect;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate power}: what slowdowns a run would find, and how many pairs that takes. */
@Command(
        name = "power",
        mixinStandardHelpOptions = true,
        description = "Says how many pairs each row needs for a slowdown, and how often the planned ones find it: from "
                + "the pairs of a report, or from a short pilot of a jar against itself.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the figures were made, whatever they say",
            "2:bad input or configuration",
            "5:data are missing",
            "6:internal error"
        })
final class PowerCommand implements Callable<Integer> {
    private static final double PERCENT = 100;

    /** Where the pairs come from. */
    private static final class Pairs {
        @Option(names = "--report", paramLabel = "REPORT", required = true, description = "A report of ab or aa.")
        private Path report;

        @Option(names = "--jar", paramLabel = "JAR", required = true, description = "A jar to make a pilot with.")
        private Path jar;
    }

    @ArgGroup(multiplicity = "1")
    private Pairs from;

    @Option(
            names = "--slow",
            paramLabel = "PERCENT",
            split = ",",
            defaultValue = "3,5,10",
            description = "Slowdowns in percent. Default: ${DEFAULT-VALUE}.")
    private List<Double> slowdowns;

    @Option(
            names = "--pilot",
            paramLabel = "N",
            description = "Pairs of the pilot; default as many as the larger stage has.")
    private Integer pilot;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final RunPlan plan = options.plan(RunOptions.today());
        if (from.jar == null) {
            return told(plan, recorded(plan));
        }
        return RunSession.during(
                plan, options.out(), spec.commandLine().getErr(), session -> told(plan, measured(plan, session)));
    }

    private int told(final RunPlan plan, final Map<String, List<Pair>> pairs) {
        final PrintWriter out = spec.commandLine().getOut();
        out.print(text(plan, pairs, slowdowns));
        out.flush();
        return GateExitCodes.OK;
    }

    private Map<String, List<Pair>> recorded(final RunPlan plan) {
        if (pilot != null) {
            throw new BadInputException("--pilot is for --jar: a report's pairs are measured");
        }
        if (!plan.filter().params().isEmpty()) {
            throw new BadInputException("--param is for --jar: of a report, --include chooses rows by their names");
        }
        final Map<String, List<Pair>> pairs = new TreeMap<>();
        ReportReader.read(from.report).rows().stream()
                .filter(row -> isWanted(plan, row.row()))
                .forEach(row -> row.layers().stream()
                        .filter(layer -> layer.layer() == Layer.TIME)
                        .map(LayerResult::pairs)
                        .filter(own -> !own.isEmpty())
                        .forEach(own -> pairs.put(row.row(), own)));
        if (pairs.isEmpty()) {
            throw new GateDataException(from.report + ": has no pairs of forks of such rows");
        }
        return pairs;
    }

    private static boolean isWanted(final RunPlan plan, final String row) {
        return !plan.filter()
                .choose(new TreeSet<>(Set.of(new RowName(row, new TreeMap<>()))))
                .isEmpty();
    }

    private Map<String, List<Pair>> measured(final RunPlan plan, final RunSession session)
            throws IOException, InterruptedException {
        final Jars.Listed jar = Jars.list(plan, from.jar);
        final RowSelection selection = RowSelection.of(jar.rows(), jar.rows(), plan.filter())
                .without(plan.profile().latency().keySet());
        session.take(jar, jar);
        return pilot(plan, selection, pilotPairs(plan), session.forks(), session.journal(selection), session.clock());
    }

    private int pilotPairs(final RunPlan plan) {
        return pilot == null ? Math.max(plan.run().pairs(), plan.run().confirmPairs()) : pilot;
    }

    /** Measures the pilot as the first stage of a run is measured. */
    static Map<String, List<Pair>> pilot(
            final RunPlan plan,
            final RowSelection selection,
            final int count,
            final ForkRunner forks,
            final RunJournal journal,
            final RunClock clock)
            throws InterruptedException {
        final RunStage stage = new RunStage(1, count, 0);
        final long neededMs =
                2L * count * selection.both().size() * plan.forks().forkMs();
        if (neededMs > plan.budgetMs()) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "the pilot takes %.1f minutes, the budget is %d",
                    neededMs / 6e4,
                    plan.run().budgetMinutes()));
        }
        new StageRunner(forks, journal, Validity.USUAL, Metric.WALL, clock, (job, done, all) -> {})
                .run(stage, selection.both());
        final Map<String, List<Pair>> pairs = new TreeMap<>();
        for (final RowName row : selection.both()) {
            final Metric metric = plan.profile().row(row.text()).metric();
            final RowRun run =
                    RowRun.of(journal, 1, List.of(row), Validity.USUAL, metric).get(0);
            if (run.pairs().size() != count) {
                throw new GateDataException(
                        row.text() + ": " + (run.failure().isEmpty() ? "not all pairs were measured" : run.failure()));
            }
            pairs.put(row.text(), run.pairs());
        }
        return pairs;
    }

    /** A paragraph for each row. */
    static String text(final RunPlan plan, final Map<String, List<Pair>> rows, final List<Double> slowdowns) {
        final StringBuilder text = new StringBuilder();
        rows.forEach((row, recorded) -> {
            final ForkPairs pairs = ForkPairs.of(recorded);
            final JudgeSettings settings = plan.judging(plan.profile().row(row), rows.size());
            text.append(String.format(
                    Locale.ROOT,
                    "%s: from %d pairs; planned %d + %d, the second stage finds %.2f %% and more, the limit is %.2f %%\n",
                    row,
                    pairs.size(),
                    settings.firstPairs(),
                    settings.confirmPairs(),
                    PERCENT
                            * DetectableEffect.bySimulation(
                                    pairs, settings.confirmPairs(), settings.confirmAlpha(), settings),
                    PERCENT * settings.limit()));
            for (final double slowdown : slowdowns) {
                text.append(PowerFigures.of(pairs, settings, slowdown / PERCENT).line())
                        .append('\n');
            }
        });
        return text.toString();
    }
}
