package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.report.ExplainText;
import io.vfiotce.tools.gate.report.ReportReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tce gate explain ROW}: everything that a report knows about one row. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Tells everything that a stored report knows about one row, and what to do next.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:told", "2:bad input or usage, no such row among it", "6:internal error"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ROW", description = "The row's key, or a part of it that only one row has.")
    private String row;

    @Option(names = "--report", paramLabel = "FILE", required = true, description = "The report, which --json wrote.")
    private Path report;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        out.print(ExplainText.write(ReportReader.read(report), row));
        out.flush();
        return GateExitCodes.OK;
    }
}
