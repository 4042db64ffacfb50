package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExplainTextTest {
    @Test
    void shouldTellPairsFiguresHostAndNextStep() {
        final String text = ExplainText.write(SampleReports.large(3, 12), "size=0");
        assertTrue(text.contains("verdict                \u2717 FAIL\n"), text);
        assertEquals(
                12,
                text.lines()
                        .filter(line -> line.matches(" +[12] +\\d+ (head, base|base, head) .*"))
                        .count());
        assertTrue(text.contains("run-queue delay 14% in the head fork"), text);
        assertTrue(text.contains("  p                    1.1921e-07\n"), text);
        assertTrue(text.contains("at 95.0%"), text);
        assertTrue(text.contains("host while the row was measured, "), text);
        assertTrue(text.contains("  time: Measure the row again to see it for yourself"), text);
        assertTrue(text.endsWith(
                "--include '^com\\.acme\\.queue\\.bench\\.QueueBenchmark\\.offerAndPoll size=0 avgt t1$'\n"));
    }

    @Test
    void shouldNameCandidatesWhenTheNameFitsNoneOrSeveral() {
        final GateReport report = SampleReports.everyVerdict();
        assertTrue(assertThrows(BadInputException.class, () -> ExplainText.write(report, "nothing"))
                .getMessage()
                .startsWith("no row is called 'nothing'; there is com.acme.QueueBench.offer size=0 avgt t1, "));
        assertTrue(assertThrows(BadInputException.class, () -> ExplainText.write(report, "offer"))
                .getMessage()
                .endsWith(", 3 more"));
    }

    @Test
    void shouldPreferTheExactNameWhenItIsPartOfOthers() {
        final GateReport report = SampleReports.report(
                Verdict.MISSING,
                5,
                List.of(new RowResult("a.b", "ns", false, List.of()), new RowResult("a.bc", "ns", false, List.of())));
        assertTrue(ExplainText.write(report, "a.b").startsWith("row                    a.b\n"));
    }

    @Test
    void shouldSayHowManyPairsWouldDo() {
        final LayerResult layer = new LayerResult(
                Layer.TIME,
                Verdict.INCONCLUSIVE,
                "",
                new Interval(0, -0.1, 0.1, 0.95, 0.1),
                0.05,
                Map.of(),
                TerminalReportTest.pairs(12, 3));
        assertEquals(
                Optional.of("About 48 pairs would show a slowdown of the limit's size: --pairs 48."),
                NextStep.advice(layer));
    }

    @Test
    void shouldMatchExactlyTheRowWhateverItsName() {
        for (final String name : List.of("a.B.c size=1 avgt t1", SampleReports.HOSTILE, "'; rm -rf ~ #", "a\\Eb[c")) {
            final String pattern = NextStep.pattern(name);
            assertTrue(Pattern.compile("^" + pattern + "$").matcher(name).find(), pattern);
            assertFalse(Pattern.compile("^" + pattern + "$").matcher(name + "x").find(), pattern);
            assertTrue(pattern.matches("[ -~&&[^']]*"), pattern);
        }
    }

    @Test
    void shouldExplainWhatIsHostile() {
        final String text = ExplainText.write(SampleReports.hostile(), SampleReports.HOSTILE + Verdict.FAIL);
        assertTrue(text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), text);
        assertTrue(text.contains("  effect               n/a\n"), text);
    }
}
