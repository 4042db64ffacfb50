package io.vfiotce.tools.conform;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tce conform FILE...}: runs vector files and reports the first divergence of each scenario. */
@Command(
        name = "conform",
        description = "Runs conformance vectors on the library and reports the first divergence of each scenario.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all results are as recorded", "1:a result differs", "2:bad input or usage"})
public final class ConformCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int DIFFERS = 1;
    private static final int BAD_INPUT = 2;
    private static final String STDOUT = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Vector files, plain or gzipped.")
    private List<Path> files;

    @Option(
            names = "--layer",
            paramLabel = "LAYER",
            defaultValue = "recorded",
            converter = LayerConverter.class,
            description = {
                "recorded (default): the layers of the recording, userspace for qemu files.",
                "virtual: every call in virtual mode; kernel files only.",
                "userspace: every call in the handler; qemu files only."
            })
    private ConformLayer layer;

    @Option(
            names = "--handler",
            paramLabel = "WHERE",
            defaultValue = "thread",
            description = "Where the userspace handler runs: ${COMPLETION-CANDIDATES}. Default: thread.")
    private HandlerKind handler;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the report as JSON; - writes it to stdout, and nothing else.")
    private String json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    private boolean help;

    /** Creates the command; picocli fills in the arguments. */
    public ConformCommand() {}

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final boolean text = !STDOUT.equals(json);
        final OutputFile jsonFile;
        try {
            jsonFile = json == null || !text ? null : new OutputFile(Path.of(json));
        } catch (final BadInputException e) {
            err.println("tce conform: " + e.getMessage());
            err.flush();
            return BAD_INPUT;
        }
        final List<FileReport> reports = runFiles(text, out, err);
        final ConformSummary summary = new ConformSummary(reports);
        if (text) {
            TextReport.summary(summary, out);
        }
        if (json != null && !writeJson(summary, jsonFile, out, err)) {
            return BAD_INPUT;
        }
        if (summary.hasErrors()) {
            return BAD_INPUT;
        }
        return summary.isOk() ? OK : DIFFERS;
    }

    private List<FileReport> runFiles(final boolean text, final PrintWriter out, final PrintWriter err) {
        final List<FileReport> reports = new ArrayList<>();
        try (Handlers handlers = Handlers.of(handler)) {
            final ConformRunner runner = new ConformRunner(layer, handlers);
            for (final Path file : files) {
                final FileReport report = runner.run(file);
                reports.add(report);
                if (text) {
                    TextReport.file(report, out);
                }
                if (report.error() != null) {
                    err.println("tce conform: " + report.error());
                    err.flush();
                }
            }
        }
        return reports;
    }

    private static boolean writeJson(
            final ConformSummary summary, final OutputFile file, final PrintWriter out, final PrintWriter err) {
        try {
            if (file == null) {
                JsonReport.write(summary, out);
            } else {
                file.write(stream -> JsonReport.write(summary, new OutputStreamWriter(stream, StandardCharsets.UTF_8)));
            }
            return true;
        } catch (final IOException | BadInputException e) {
            err.println("tce conform: " + e.getMessage());
            err.flush();
            return false;
        }
    }

    /** Takes the layers' names as they are printed. */
    static final class LayerConverter implements ITypeConverter<ConformLayer> {
        @Override
        public ConformLayer convert(final String value) {
            final ConformLayer layer = ConformLayer.of(value);
            if (layer == null) {
                throw new TypeConversionException("'" + value + "' is not recorded, virtual or userspace");
            }
            return layer;
        }
    }
}
