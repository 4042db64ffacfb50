package io.vfiotce.tools.gate;

import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.history.History;
import io.vfiotce.tools.gate.history.HistoryRun;
import io.vfiotce.tools.gate.history.OtavaCsv;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate history export}: CSV for Apache Otava. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes figures of one class of machines as CSV that Apache Otava reads.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:written", "2:bad input or usage", "6:internal error"})
final class HistoryExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HistorySeries series;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to. Default: stdout.")
    private Path output;

    @Override
    public Integer call() {
        final OutputFile file = series.output(output);
        final History history = series.read();
        final List<HistoryRun> runs = history.runs(series.hostClass(history));
        series.check(runs);
        final String csv = OtavaCsv.write(runs, series::wants);
        if (file == null) {
            final PrintWriter out = spec.commandLine().getOut();
            out.print(csv);
            out.flush();
        } else {
            file.write(stream -> stream.write(csv.getBytes(StandardCharsets.UTF_8)));
        }
        return GateExitCodes.OK;
    }
}
