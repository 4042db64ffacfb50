package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.history.HistoryRun;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tce gate history add}: appends a run. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description =
                "Appends the figures of a report. A later run of the same commit and machines stands for an earlier one.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:appended", "2:bad input or usage; nothing was appended", "6:internal error"})
final class HistoryAddCommand implements Callable<Integer> {
    @Mixin
    private HistoryFlags history;

    @Parameters(paramLabel = "REPORT", description = "A report that --json wrote.")
    private Path report;

    @Option(names = "--commit", paramLabel = "REV", required = true, description = "The commit of the head.")
    private String commit;

    @Option(
            names = "--host-class",
            paramLabel = "NAME",
            required = true,
            description = "A name for machines whose figures can be compared with each other.")
    private String hostClass;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "When it was measured, such as 2030-01-31T12:00:00Z. Default: now.")
    private Instant at;

    @Override
    public Integer call() {
        final GateReport read = ReportReader.read(report);
        final Instant time = at == null ? Instant.now() : at;
        history.file().append(HistoryRun.of(read, commit, hostClass, time.getEpochSecond()));
        return GateExitCodes.OK;
    }
}
