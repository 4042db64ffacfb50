package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options for the forms of a report. */
final class ReportOptions {
    @Option(names = "--markdown", paramLabel = "FILE", description = "Also writes Markdown, for a comment.")
    private Path markdown;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also writes JUnit XML.")
    private Path junit;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes JSON of " + GateReport.SCHEMA + ".")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page that needs no other file.")
    private Path html;

    @Option(names = "--github", description = "Also prints annotations for GitHub.")
    private boolean github;

    /**
     * Checks that all files can be written, before the work begins.
     *
     * @throws BadInputException if one cannot
     */
    Map<ReportForm, OutputFile> files() {
        final Map<ReportForm, OutputFile> files = new EnumMap<>(ReportForm.class);
        put(files, ReportForm.MARKDOWN, markdown);
        put(files, ReportForm.JUNIT, junit);
        put(files, ReportForm.JSON, json);
        put(files, ReportForm.HTML, html);
        return files;
    }

    private static void put(final Map<ReportForm, OutputFile> files, final ReportForm form, final Path path) {
        if (path != null) {
            files.put(form, new OutputFile(path));
        }
    }

    /** Tells the report on the terminal and in all forms that were asked for. */
    void write(final GateReport report, final Map<ReportForm, OutputFile> files, final PrintWriter out) {
        files.forEach((form, file) -> write(report, form, file));
        out.print(ReportForm.TERMINAL.write(report));
        if (github) {
            out.print(ReportForm.GITHUB.write(report));
        }
        out.flush();
    }

    static void write(final GateReport report, final ReportForm form, final OutputFile file) {
        final byte[] text = form.write(report).getBytes(StandardCharsets.UTF_8);
        file.write(stream -> stream.write(text));
    }
}
