package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
    @Test
    void shouldTellTheFailureAndItsCommandBeforeTheFoldedTable() {
        final String text = MarkdownReport.write(SampleReports.everyVerdict());
        final int failure = text.indexOf("FAIL <code>com.acme.QueueBench.offer size=7 avgt t1</code>");
        final int command = text.indexOf("--include '^com\\.acme\\.QueueBench\\.offer size=7 avgt t1$'");
        final int table = text.indexOf("<details>");
        assertTrue(text.startsWith(MarkdownReport.MARKER + "\n### \u2717 tce gate: FAIL 3 of 8 rows"), text);
        assertTrue(failure > 0 && failure < command && command < table, text);
        for (final RowResult row : SampleReports.everyVerdict().rows()) {
            assertTrue(text.indexOf("<code>" + row.row() + "</code>", table) > 0, row.row());
        }
    }

    @Test
    void shouldStayShortWhateverTheReport() {
        final List<RowResult> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(SampleReports.row("|".repeat(10_000) + i, Verdict.FAIL, new SplittableRandom(i), 2));
        }
        final String text = MarkdownReport.write(SampleReports.report(Verdict.FAIL, 1, rows));
        assertTrue(text.length() <= MarkdownReport.MAX_CHARS, "length " + text.length());
        assertTrue(text.contains("more rows that block"), "failures left out are counted");
        assertTrue(text.contains("more rows are in the JSON report"), "rows left out are counted");
        assertEquals(2, text.split("<details>", -1).length - 1);
        assertEquals(2, text.split("</details>", -1).length - 1);
    }

    @Test
    void shouldCloseEverythingWhenTheEnvelopeIsEndless() {
        final Map<String, String> envelope = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            envelope.put("key" + i, "v".repeat(10_000));
        }
        final GateReport report = SampleReports.everyVerdict();
        final String text = MarkdownReport.write(new GateReport(
                report.schema(),
                report.command(),
                report.verdict(),
                1,
                1,
                envelope,
                report.rows(),
                List.of(),
                List.of()));
        assertTrue(text.length() <= MarkdownReport.MAX_CHARS, "length " + text.length());
        assertTrue(text.endsWith("</details>\n"));
    }

    @Test
    void shouldKeepTableCellsAndMarkupWholeWhenNamesAreHostile() {
        // What is between fences is code.
        final String text = MarkdownReport.write(SampleReports.hostile()).replaceAll("(?m)^```sh\n.*\n```$", "");
        assertFalse(text.contains("<script"), text);
        assertFalse(text.contains("https://"), text);
        assertFalse(text.contains("www."), text);
        assertFalse(text.matches("(?s).*[^0-9a-z]@team.*"), text);
        text.lines()
                .filter(line -> line.startsWith("| "))
                .forEach(line ->
                        assertEquals(9, line.chars().filter(c -> c == '|').count(), line));
    }

    @Test
    void shouldFenceWhatHoldsFences() {
        assertEquals("`````sh\na ```` b\n`````\n", MarkdownText.block("a ```` b"));
    }
}
