package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import io.vfiotce.tools.gate.report.TerminalReport;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** Where a report goes: always to the terminal, and to the files that are asked for. */
final class ReportFlags {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Also write it as Markdown, for a comment.")
    private Path markdown;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write it as JUnit XML.")
    private Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write it as one page of HTML.")
    private Path html;

    @Option(names = "--github", description = "Also print GitHub's workflow commands, which annotate a run.")
    private boolean github;

    private final Map<ReportForm, OutputFile> files = new EnumMap<>(ReportForm.class);

    /**
     * Checks the files. To be called before anything is measured.
     *
     * @throws BadInputException if one cannot be written, or two are the same
     */
    void check() {
        files.clear();
        final Set<Path> seen = new HashSet<>();
        check(ReportForm.JSON, json, seen);
        check(ReportForm.MARKDOWN, markdown, seen);
        check(ReportForm.JUNIT, junit, seen);
        check(ReportForm.HTML, html, seen);
    }

    private void check(final ReportForm form, final Path path, final Set<Path> seen) {
        if (path == null) {
            return;
        }
        files.put(form, new OutputFile(path));
        if (!seen.add(path.toAbsolutePath().normalize())) {
            throw new BadInputException(path + ": cannot be written: two forms of the report have this name");
        }
    }

    /**
     * Writes a report.
     *
     * @param report the report
     * @param out the terminal
     * @throws BadInputException if a file cannot be written
     */
    void write(final GateReport report, final PrintWriter out) {
        files.forEach((form, file) ->
                file.write(stream -> stream.write(form.write(report).getBytes(StandardCharsets.UTF_8))));
        out.print(TerminalReport.write(report, Ansi.AUTO.enabled()));
        if (github) {
            out.print(ReportForm.GITHUB.write(report));
        }
        out.flush();
    }
}
