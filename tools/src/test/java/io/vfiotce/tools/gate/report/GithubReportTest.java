package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class GithubReportTest {
    @Test
    void shouldAnnotateWhatBlocksAndWarnOfTheRest() {
        final List<String> lines =
                GithubReport.write(SampleReports.everyVerdict()).lines().toList();
        assertEquals(
                3, lines.stream().filter(line -> line.startsWith("::error ")).count());
        assertEquals(
                2, lines.stream().filter(line -> line.startsWith("::warning ")).count());
        assertTrue(
                lines.get(lines.size() - 1).startsWith("::notice title=tce gate::tce gate: FAIL 3 of 8 rows"),
                lines.toString());
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("::error title=tce gate%3A FAIL%2C time::com.acme.")),
                lines.toString());
    }

    @Test
    void shouldSayHowManyAreLeftOutWhenGithubWouldDropThem() {
        final List<String> lines =
                GithubReport.write(SampleReports.large(400, 2)).lines().toList();
        assertEquals(
                10, lines.stream().filter(line -> line.startsWith("::error ")).count());
        assertTrue(lines.contains("::error title=tce gate::11 more are in the step summary"), lines.toString());
    }

    @Test
    void shouldEscapeWhenTextIsHostile() {
        final String text = GithubReport.write(SampleReports.hostile());
        text.lines().forEach(line -> {
            assertTrue(line.matches("::(error|warning|notice) title=[^:,]*::.*"), line);
            assertTrue(!line.replaceAll("%(25|0A|0D|3A|2C)", "").contains("%"), line);
        });
    }
}
