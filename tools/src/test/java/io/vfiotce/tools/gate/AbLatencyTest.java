package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.assertEnds;
import static io.vfiotce.tools.gate.FakeRun.layer;
import static io.vfiotce.tools.gate.FakeRun.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.ExplainText;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.HtmlReport;
import io.vfiotce.tools.gate.report.JunitReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.MarkdownReport;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.TerminalReport;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latency rows of whole comparisons. */
class AbLatencyTest {
    private static final String SLOW = "slow rate=10";
    private static final String ROW =
            "{'row':'slow rate=10','main':'a.Slow','args':['{log}'],'tag':'latency'," + "'samples':10000,'seconds':2}";
    private static final String DEFAULTS = "{'defaults':{'pairs':6,'confirmPairs':8,'layers':['time']";
    private static final String LATENCY = DEFAULTS + ",'latency':[" + ROW + "]}";

    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    private static LayerResult latency(final GateReport report) {
        return layer(report, SLOW, Layer.LATENCY);
    }

    @Test
    void shouldPassAndShowQuantilesWhenNothingChanged() throws Exception {
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.PASS, 0, report);
        final LayerResult result = latency(report);
        assertEquals(Verdict.PASS, result.verdict());
        assertTrue(result.reason().startsWith("p50 of response time: "), result.reason());
        assertTrue(result.reason().endsWith("; p90 PASS; p99 PASS"), result.reason());
        assertEquals(6, result.pairs().size());
        assertEquals(149_000, result.pairs().get(0).base().value(), 1000, "the median");
        assertEquals(149_000, result.figures().get("base.p50"), 1000);
        assertEquals(1_980_000, result.figures().get("head.p99"), 9000);
        assertEquals(1_990_000, result.figures().get("head.p100"), 9000);
        assertEquals(74_500, result.figures().get("head.service.p50"), 500);
        assertEquals(60_000, result.figures().get("base.samples"));
        assertEquals(7000, result.figures().get("head.worst.slip"));
        assertEquals(12, fake.latency.jobs.size(), "no second stage");
        assertEquals("ns", row(report).unit());
        assertEquals(2, row(report).layers().size(), "completeness and latency");
        assertEquals(2 * 2 * 6 + 12, report.host().size());
    }

    private static RowResult row(final GateReport report) {
        return report.rows().stream()
                .filter(row -> row.row().equals(SLOW))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldFailByTheMedianWhenTheHandlerIsSlower() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.FAIL, 1, report);
        final LayerResult result = latency(report);
        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(result.reason().startsWith("p50 of response time: 6 pairs"), result.reason());
        assertTrue(result.reason().endsWith("; p90 FAIL; p99 FAIL"), result.reason());
        assertEquals(0.2, result.interval().effect(), 0.01);
        assertEquals(14, result.pairs().size());
        assertEquals(140_000, result.figures().get("head.samples"), "of both stages");
        assertEquals(Verdict.PASS, layer(report, "a.B.x", Layer.TIME).verdict());
    }

    @Test
    void shouldFlipTheSignWhenTheJarsAreSwapped() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        final double slower = latency(fake.ab(LATENCY + "}")).interval().effect();
        final FakeRun swapped = new FakeRun(temp.resolve("swapped"));
        Files.createDirectory(temp.resolve("swapped"));
        swapped.latency.slower.put(SLOW, 1 / 1.2);
        final GateReport report = swapped.ab(LATENCY + "}");
        assertEnds(Verdict.IMPROVED, 0, report);
        assertEquals(Verdict.IMPROVED, latency(report).verdict());
        assertEquals(1 / (1 + slower) - 1, latency(report).interval().effect(), 0.005);
    }

    @Test
    void shouldFailByTheQuantileThatIsSlowerAlone() throws Exception {
        fake.latency.tail.put(SLOW, 1.3);
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.FAIL, 1, report);
        assertTrue(
                latency(report).reason().startsWith("p99 of response time: 6 pairs"),
                latency(report).reason());
        assertTrue(
                latency(report).reason().endsWith("; p50 PASS; p90 PASS"),
                latency(report).reason());
        assertEquals(0.3, latency(report).interval().effect(), 0.01);
        assertEquals(1_980_000, latency(report).pairs().get(0).base().value(), 9000);
    }

    @Test
    void shouldShowButNotJudgeTheTailWhenSamplesAreFew() throws Exception {
        fake.latency.tail.put(SLOW, 1.3);
        fake.latency.samples = 20_000;
        final GateReport report = fake.ab(LATENCY.replace("10000", "9999") + "}");
        assertEnds(Verdict.PASS, 0, report);
        assertTrue(
                latency(report).reason().endsWith("; p90 PASS"), latency(report).reason());
        assertFalse(latency(report).figures().containsKey("p99.first.theta"));
        assertEquals(2_574_000, latency(report).figures().get("head.p99"), 12_000, "shown all the same");
    }

    @Test
    void shouldHoldTheLevelOverTimesAndQuantilesTogether() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.latency.slower.put(SLOW, 1.2);
        final GateReport report = fake.ab(LATENCY + "}");
        // Two rows of the clock, and three quantiles.
        final double alpha = 0.01 / (0.05 * 5);
        assertEquals(alpha, layer(report, "a.B.x", Layer.TIME).figures().get("second.alpha"), 1e-12);
        assertEquals(alpha, latency(report).figures().get("p90.second.alpha"), 1e-12);
    }

    @Test
    void shouldTakeTheLimitOfTheRowsName() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        final GateReport report = fake.ab(LATENCY + ",'rows':[{'match':'^slow ','limit':'50%'}]}");
        assertEnds(Verdict.PASS, 0, report);
        assertEquals(0.5, latency(report).limit());
    }

    @Test
    void shouldWarnWhenAWaiverNamesTheRowExactly() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        final String waived = LATENCY + ",'waivers':[{'row':'slow rate=10','layer':'latency','ceiling':'%s',"
                + "'expires':'2030-06-30','reason':'r','owner':'o'}]}";
        assertEnds(Verdict.WARN, 0, fake.ab(waived.formatted("30%")));
        assertEnds(Verdict.FAIL, 1, fake.ab(waived.formatted("10%")));
    }

    @Test
    void shouldFailWhenAWaiverCoversTheMedianAndTheTailIsFarSlower() throws Exception {
        fake.latency.slower.put(SLOW, 1.1);
        fake.latency.tail.put(SLOW, 3.0);
        final GateReport report = fake.ab(LATENCY
                + ",'waivers':[{'row':'slow rate=10','layer':'latency','ceiling':'20%',"
                + "'expires':'2030-06-30','reason':'r','owner':'o'}]}");
        assertEquals(0.1, latency(report).interval().effect(), 0.01, "the lowest of those that fail is shown");
        assertTrue(latency(report).figures().get("excess") > 1, "the largest counts");
        assertEnds(Verdict.FAIL, 1, report);
    }

    @Test
    void shouldSayNewOrMissingWhenOnlyOneJarHasTheProgram() throws Exception {
        final RunPlan plan = fake.plan(LATENCY + "}");
        final SortedSet<RowName> both = rows("a.B.x");
        final SortedSet<RowName> more = rows("a.B.x");
        more.addAll(plan.profile().latency().keySet());
        final GateReport added = fake.ab(plan, both, more);
        assertEnds(Verdict.PASS, 0, added);
        assertEquals(Verdict.NEW, layer(added, SLOW, Layer.COMPLETENESS).verdict());
        final GateReport removed = fake.ab(plan, more, both);
        assertEnds(Verdict.MISSING, 5, removed);
        assertEquals(Verdict.MISSING, layer(removed, SLOW, Layer.COMPLETENESS).verdict());
        assertEquals(0, fake.latency.jobs.size());
    }

    @Test
    void shouldBeMissingWhenAForkFails() throws Exception {
        fake.latency.crashing.add(SLOW);
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.MISSING, 5, report);
        assertEquals("slow rate=10: ended with code 1", latency(report).reason());
        assertEquals(Verdict.PASS, layer(report, "a.B.x", Layer.TIME).verdict());
    }

    @Test
    void shouldBeMissingWhenALogIsGone() throws Exception {
        fake.ab(LATENCY + "}");
        final ForkJob any = fake.latency.jobs.get(3);
        fake.latency.lost.add(any.id());
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.MISSING, 5, report);
        assertTrue(latency(report).reason().contains(any.id()), latency(report).reason());
    }

    @Test
    void shouldStillFailWhenALogIsGone() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        fake.ab(LATENCY + "}");
        fake.latency.lost.add(fake.latency.jobs.get(3).id());
        assertEnds(Verdict.FAIL, 1, fake.ab(LATENCY + "}"));
    }

    @Test
    void shouldResumeWhereItStopped() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        // Amid the pair: its first fork is measured again, for the two must be neighbours.
        fake.latency.diesBefore = 15;
        assertThrows(InterruptedException.class, () -> fake.ab(LATENCY + "}"));
        fake.latency.diesBefore = Integer.MAX_VALUE;
        final String report = ReportJson.write(fake.ab(LATENCY + "}"));
        assertEquals(2 * 14 + 1, fake.latency.jobs.size());
        assertEquals(2 * 2 * 6, fake.timeForks);
        assertEquals(report, ReportJson.write(fake.ab(LATENCY + "}")), "the same bytes from the journal alone");
        assertEquals(2 * 14 + 1, fake.latency.jobs.size());
    }

    @Test
    void shouldMeasureInAdjacentPairsByCoins() throws Exception {
        fake.ab(LATENCY + "}");
        int headFirst = 0;
        for (int i = 0; i < fake.latency.jobs.size(); i += 2) {
            final ForkJob one = fake.latency.jobs.get(i);
            final ForkJob two = fake.latency.jobs.get(i + 1);
            assertEquals(one.number(), two.number());
            assertEquals(one.arm() == Arm.HEAD, two.arm() == Arm.BASE);
            headFirst += one.arm() == Arm.HEAD ? 1 : 0;
        }
        assertTrue(headFirst > 0 && headFirst < 6, "by coins: " + headFirst);
    }

    @Test
    void shouldBeInvalidWhenTheHostDisturbsTheForks() throws Exception {
        fake.latency.steal = 0.5;
        final GateReport report = fake.ab(LATENCY + "}");
        assertEnds(Verdict.INVALID, 4, report);
        assertTrue(
                latency(report).reason().contains("steal 50.0 %"),
                latency(report).reason());
        assertEquals(3, latency(report).figures().get("first.reruns"), "half of the pairs");
        assertEquals(Verdict.PASS, layer(report, "a.B.x", Layer.TIME).verdict());
    }

    @Test
    void shouldBeInvalidAndAccuseNobodyWhenAControlBecomesSlower() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        fake.slower.put("a.B.x", 1.2);
        final RunPlan plan = fake.plan(LATENCY + "}");
        final SortedSet<RowName> all = rows("a.B.x");
        all.addAll(plan.profile().latency().keySet());
        final GateReport report =
                fake.ab(plan, all, all, new TreeSet<>(plan.profile().latency().keySet()));
        assertEnds(Verdict.INVALID, 4, report);
        assertTrue(layer(report, "a.B.x", Layer.TIME).reason().contains("the control " + SLOW));
    }

    @Test
    void shouldBlockWhenTheBudgetLeavesAFlaggedRowUnconfirmed() throws Exception {
        final String other = ROW.replace("rate=10", "rate=20");
        fake.latency.slower.put(SLOW, 1.2);
        fake.latency.slower.put("slow rate=20", 1.4);
        // 6 pairs of both take 480 s, and not 48 as planned: of 360 s nothing is left to confirm either.
        fake.latency.forkMs = 20_000;
        final GateReport report = fake.ab(DEFAULTS + ",'budgetMinutes':6,'latency':[" + ROW + "," + other + "]}}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(
                Verdict.FAIL,
                layer(report, "slow rate=20", Layer.LATENCY).verdict(),
                "the clearest is confirmed all the same");
        assertEquals(Verdict.MISSING, latency(report).verdict());
        assertTrue(
                latency(report).reason().contains("the budget of 6 minutes had no time left for it"),
                latency(report).reason());
    }

    @Test
    void shouldRefuseBeforeMeasuringWhenTheBudgetDoesNotDo() throws Exception {
        final String said = assertThrows(
                        BadInputException.class, () -> fake.ab(LATENCY.replace("'seconds':2", "'seconds':200") + "}"))
                .getMessage();
        assertTrue(said.contains("1 rows of 6 + 8 pairs take 94.3 minutes"), said);
        assertEquals(0, fake.timeForks + fake.latency.jobs.size());
    }

    @Test
    void shouldShowTheLayerInEveryForm() throws Exception {
        fake.latency.slower.put(SLOW, 1.2);
        final GateReport report = fake.ab(LATENCY + "}");
        final String json = ReportJson.write(report);
        assertEquals(report, ReportReader.parse("report", json.getBytes(StandardCharsets.UTF_8)));
        assertTrue(TerminalReport.write(report, false).contains("latency FAIL: p50 of response time"));
        assertTrue(MarkdownReport.write(report).contains("**latency FAIL** p50 of response time"));
        assertTrue(JunitReport.write(report).contains("<testcase classname=\"slow rate=10\" name=\"latency\">"));
        assertTrue(JunitReport.write(report).contains("property name=\"head.p99.9\""));
        final String page = HtmlReport.write(report);
        assertTrue(page.contains("Response times by quantile, ns"));
        assertTrue(page.contains("Figures of each fork, ns"));
        final String explained = ExplainText.write(report, SLOW);
        assertTrue(explained.contains("head.service.p50"), explained);
        assertTrue(explained.contains("p99.second.theta"), explained);
    }
}
