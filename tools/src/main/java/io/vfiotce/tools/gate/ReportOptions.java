package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
     * @param inputs files that the command reads, null among them for those that are not named
     * @return the files by form
     * @throws BadInputException if one cannot be written, is another's too, or is read by the command
     */
    Map<ReportForm, OutputFile> files(final Path... inputs) {
        final Map<ReportForm, OutputFile> files = new EnumMap<>(ReportForm.class);
        put(files, ReportForm.MARKDOWN, markdown, inputs);
        put(files, ReportForm.JUNIT, junit, inputs);
        put(files, ReportForm.JSON, json, inputs);
        put(files, ReportForm.HTML, html, inputs);
        return files;
    }

    private static void put(
            final Map<ReportForm, OutputFile> files, final ReportForm form, final Path path, final Path... inputs) {
        if (path == null) {
            return;
        }
        final OutputFile file = new OutputFile(path);
        if (files.values().stream().anyMatch(other -> other.is(path))) {
            throw new BadInputException(path + ": is named for two forms of the report");
        }
        if (Stream.of(inputs).filter(Objects::nonNull).anyMatch(file::is)) {
            throw new BadInputException(path + ": is read by this command, so it cannot be written too");
        }
        files.put(form, file);
    }

    /**
     * Removes reports of earlier runs, so that nobody takes one for this run's if this one fails.
     *
     * @param files what {@link #files} gave
     * @param out directory of the run, where its report is kept too; null if none is named
     */
    static void clear(final Map<ReportForm, OutputFile> files, final Path out) {
        files.values().forEach(OutputFile::clear);
        if (out != null && Files.isDirectory(out)) {
            new OutputFile(out.resolve(RunSession.REPORT)).clear();
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
