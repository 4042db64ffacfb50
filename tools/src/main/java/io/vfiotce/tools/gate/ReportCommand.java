package io.vfiotce.tools.gate;

import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.report.ReportForm;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.ReportReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tce gate report}: tells a stored report in other forms. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Tells a stored report again, in any form. Its verdict is not judged again and is no exit code.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:told", "2:bad input or usage", "6:internal error"})
final class ReportCommand implements Callable<Integer> {
    /** Either a report or the form of all of them. */
    private static final class Source {
        @Parameters(paramLabel = "REPORT", description = "A report that --json wrote.")
        private Path file;

        @Option(names = "--schema", required = true, description = "Print the JSON Schema of reports instead.")
        private boolean schema;
    }

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Mixin
    private ReportOptions outputs;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        if (source.schema) {
            out.print(ReportJson.schema());
            out.flush();
        } else {
            final Map<ReportForm, OutputFile> files = outputs.files(source.file);
            ReportOptions.clear(files, null);
            outputs.write(ReportReader.read(source.file), files, out);
        }
        return GateExitCodes.OK;
    }
}
