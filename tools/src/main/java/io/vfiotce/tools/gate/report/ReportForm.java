package io.vfiotce.tools.gate.report;

import java.util.function.Function;

/** The forms in which a report is told. */
public enum ReportForm {
    /** Lines for a terminal, without colour. */
    TERMINAL(report -> TerminalReport.write(report, false)),
    /** Markdown for a comment or a step summary. */
    MARKDOWN(MarkdownReport::write),
    /** JUnit XML. */
    JUNIT(JunitReport::write),
    /** JSON of {@link GateReport#SCHEMA}. */
    JSON(ReportJson::write),
    /** One page of HTML. */
    HTML(HtmlReport::write),
    /** Workflow commands of GitHub. */
    GITHUB(GithubReport::write);

    private final Function<GateReport, String> writer;

    ReportForm(final Function<GateReport, String> writer) {
        this.writer = writer;
    }

    /**
     * Tells a report in this form.
     *
     * @param report the report
     * @return the text, to be stored in UTF-8
     */
    public String write(final GateReport report) {
        return writer.apply(report);
    }
}
