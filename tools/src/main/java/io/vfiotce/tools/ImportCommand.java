package io.vfiotce.tools;

import io.vfiotce.tools.trace.BinaryTrace;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceGrade;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tce import FILE -o OUT}: a foreign recording in our binary form. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Turns a QEMU log into a binary recording and grades each record exact, reconstructed or lossy.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:written", "2:bad input or usage"})
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The recording.")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "Where to write; replaced only when all is well.")
    private Path output;

    @Mixin
    private WindowFlags windows;

    @Override
    public Integer call() throws IOException {
        final OutputFile target = new OutputFile(output);
        refuseSameFile();
        final Trace trace = windows.open(file);
        target.write(out -> BinaryTrace.write(trace, out));
        final PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s: %,d records, %,d hypercalls, %,d lines read, %,d lines of other kinds passed over%n",
                output,
                trace.size(),
                trace.hcalls(),
                trace.sourceLines(),
                trace.ignoredLines());
        for (final TraceGrade grade : TraceGrade.values()) {
            out.printf(Locale.ROOT, "  %s %,d%n", grade.name().toLowerCase(Locale.ROOT), trace.countOfGrade(grade));
        }
        if (trace.droppedListEntries() != 0) {
            out.printf(
                    Locale.ROOT, "  list entries of calls that were never logged: %,d%n", trace.droppedListEntries());
        }
        out.flush();
        return ExitCodes.OK;
    }

    /** The recording is the user's original: it is never replaced by what was made of it. */
    private void refuseSameFile() throws IOException {
        if (Files.exists(output) && Files.exists(file) && Files.isSameFile(output, file)) {
            throw new BadInputException(output + ": cannot be written: it is the recording itself");
        }
    }
}
