package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.history.History;
import io.vfiotce.tools.gate.history.HistoryRun;
import io.vfiotce.tools.gate.history.Trends;
import io.vfiotce.tools.gate.report.TrendPage;
import io.vfiotce.tools.gate.report.TrendSeries;
import io.vfiotce.tools.gate.stats.StepDetector;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate history show}: trends and steps. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows how figures went over the runs of one class of machines, and where they changed for good.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:shown", "2:bad input or usage", "6:internal error"})
final class HistoryShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HistorySeries series;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Only rows in whose keys this is found.")
    private Pattern include;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write the trends as one page of HTML.")
    private Path html;

    @Override
    public Integer call() {
        final OutputFile page = series.output(html);
        final History history = series.read();
        final String hostClass = series.hostClass(history);
        final List<HistoryRun> runs = history.runs(hostClass);
        series.check(runs);
        final List<TrendSeries> trends =
                Trends.of(runs, row -> include.matcher(row).find(), series::wants, HistoryShowCommand::steps);
        if (trends.isEmpty()) {
            throw new BadInputException("--include " + include + ": no row of these runs has the figure");
        }
        if (page != null) {
            page.write(stream -> stream.write(TrendPage.write(hostClass, trends).getBytes(StandardCharsets.UTF_8)));
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.print(Trends.text(trends));
        out.println(history.comparisonPoint(hostClass)
                .map(run -> "comparison point: " + run.commit() + ", " + run.verdict())
                .orElse("comparison point: none; every run failed, and none was promoted"));
        out.flush();
        return GateExitCodes.OK;
    }

    private static List<TrendSeries.Step> steps(final double[] figures) {
        return StepDetector.steps(figures).stream()
                .map(step -> new TrendSeries.Step(step.index(), step.effect(), step.p()))
                .toList();
    }
}
