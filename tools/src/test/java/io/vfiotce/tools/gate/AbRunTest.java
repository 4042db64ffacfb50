package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.assertEnds;
import static io.vfiotce.tools.gate.FakeRun.layer;
import static io.vfiotce.tools.gate.FakeRun.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.GithubReport;
import io.vfiotce.tools.gate.report.HtmlReport;
import io.vfiotce.tools.gate.report.JunitReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.MarkdownReport;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.TerminalReport;
import io.vfiotce.tools.gate.report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole comparisons with forks that are no processes. */
class AbRunTest {
    private static final String PAIRS = "'pairs':6,'confirmPairs':8,";
    private static final String TIME = "{'defaults':{" + PAIRS + "'layers':['time']}";
    private static final String REST = "'expires':'2030-06-30','reason':'r','owner':'o'";

    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    @Test
    void shouldPassWhenNothingChanged() throws Exception {
        final GateReport report = fake.ab("{'defaults':{" + PAIRS + "'alloc':'zero','allocationBaseline':'a.B.y'}}");
        assertEnds(Verdict.PASS, 0, report);
        for (final Layer layer :
                new Layer[] {Layer.COMPLETENESS, Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS, Layer.TIME}) {
            assertEquals(Verdict.PASS, layer(report, "a.B.x", layer).verdict(), layer.toString());
        }
        assertEquals(2 * 2 * 6, fake.timeForks, "no second stage");
        assertEquals(2 * 2 * 3 + 3, fake.evidenceForks, "one fork of each, and three of the empty row");
    }

    @Test
    void shouldFailWhenBothStagesSeeASlowdown() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.x", Layer.TIME).verdict());
        assertEquals(0.2, layer(report, "a.B.x", Layer.TIME).interval().effect(), 0.01);
        assertEquals(14, layer(report, "a.B.x", Layer.TIME).pairs().size());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
        assertEquals("a.B.x", report.rows().get(0).row(), "gravest first");
    }

    @Test
    void shouldCallItImprovedWhenTheHeadIsFaster() throws Exception {
        fake.slower.put("a.B.x", 1 / 1.2);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.IMPROVED, 0, report);
        assertEquals(Verdict.IMPROVED, layer(report, "a.B.x", Layer.TIME).verdict());
    }

    @Test
    void shouldSayMissingWhenOnlyTheBaseHasARowUnlessItIsWaivedByName() throws Exception {
        final GateReport report = fake.ab(fake.plan(TIME + "}"), rows("a.B.x", "a.B.old"), rows("a.B.x"));
        assertEnds(Verdict.MISSING, 5, report);
        final GateReport waived = fake.ab(
                fake.plan(TIME + ",'waivers':[{'row':'a.B.old','layer':'completeness'," + REST + "}]}"),
                rows("a.B.x", "a.B.old"),
                rows("a.B.x"));
        assertEnds(Verdict.WARN, 0, waived);
        assertEquals(Verdict.WARN, layer(waived, "a.B.old", Layer.COMPLETENESS).verdict());
    }

    @Test
    void shouldPassAsNewWhenOnlyTheHeadHasARow() throws Exception {
        final GateReport report = fake.ab(fake.plan(TIME + "}"), rows("a.B.x"), rows("a.B.x", "a.B.new"));
        assertEnds(Verdict.PASS, 0, report);
        assertEquals(Verdict.NEW, layer(report, "a.B.new", Layer.COMPLETENESS).verdict());
    }

    @Test
    void shouldBeInvalidAndAccuseNobodyWhenAControlBecomesSlower() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.slower.put("a.B.y", 1.2);
        final GateReport report =
                fake.ab(fake.plan(TIME + "}"), rows("a.B.x", "a.B.y"), rows("a.B.x", "a.B.y"), rows("a.B.y"));
        assertEnds(Verdict.INVALID, 4, report);
        assertEquals(Verdict.INVALID, layer(report, "a.B.x", Layer.TIME).verdict());
        assertEquals(Verdict.INVALID, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldTimeAControlAndNothingElse() throws Exception {
        fake.headBytesPerOp.put("a.B.y", 24.0);
        final GateReport report = fake.ab(
                fake.plan("{'defaults':{" + PAIRS + "'layers':['allocation','time']}}"),
                rows("a.B.x", "a.B.y"),
                rows("a.B.x", "a.B.y"),
                rows("a.B.y"));
        assertEnds(Verdict.PASS, 0, report);
        assertEquals(
                2,
                report.rows().stream()
                        .filter(row -> row.row().equals("a.B.y"))
                        .findFirst()
                        .orElseThrow()
                        .layers()
                        .size());
    }

    @Test
    void shouldFollowThePolicyWhenARowStaysInconclusive() throws Exception {
        fake.noise = 0.5;
        final GateReport warned = fake.ab(TIME + "}");
        assertEnds(Verdict.INCONCLUSIVE, 0, warned);
        assertEquals(Verdict.INCONCLUSIVE, layer(warned, "a.B.x", Layer.TIME).verdict());
        assertEnds(Verdict.INCONCLUSIVE, 3, fake.ab(TIME.replace("'pairs'", "'onInconclusive':'fail','pairs'") + "}"));
    }

    @Test
    void shouldFollowThePolicyWhenTheHostDisturbsTooManyPairs() throws Exception {
        fake.steal = 0.5;
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.INVALID, 4, report);
        assertTrue(
                layer(report, "a.B.x", Layer.TIME).reason().contains("steal"),
                layer(report, "a.B.x", Layer.TIME).reason());
        assertTrue(layer(report, "a.B.x", Layer.TIME).reason().contains("use another machine"));
        assertEnds(Verdict.INVALID, 0, fake.ab(TIME.replace("'pairs'", "'onInvalid':'warn','pairs'") + "}"));
    }

    @Test
    void shouldSayMissingWhenAForkCrashes() throws Exception {
        fake.crashing.add("a.B.x");
        final GateReport report = fake.ab("{'defaults':{" + PAIRS + "'layers':['allocation','code-shape','time']}}");
        assertEnds(Verdict.MISSING, 5, report);
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.ALLOCATION).verdict());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.CODE_SHAPE).verdict());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.TIME).verdict());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldWarnWithinAWaiversCeilingAndFailAboveIt() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        final String waiver = ",'waivers':[{'row':'a.B.x','layer':'time','ceiling':'%s'," + REST + "}]}";
        assertEnds(Verdict.WARN, 0, fake.ab(TIME + waiver.formatted("25%")));
        assertEnds(Verdict.FAIL, 1, fake.ab(TIME + waiver.formatted("15%")));
    }

    @Test
    void shouldEndAsABadConfigurationWhenAWaiverIsNotNeeded() throws Exception {
        final GateReport report =
                fake.ab(TIME + ",'waivers':[{'row':'a.B.x','layer':'time','ceiling':'8%'," + REST + "}]}");
        assertEnds(Verdict.PASS, 2, report);
        assertTrue(
                report.notes().get(0).contains("not needed any more"),
                report.notes().toString());
    }

    @Test
    void shouldFailWhenTheHeadAllocatesAndMeasureSevenForksThen() throws Exception {
        fake.headBytesPerOp.put("a.B.x", 24.0);
        final GateReport report = fake.ab("{'defaults':{" + PAIRS + "'layers':['allocation']}}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.x", Layer.ALLOCATION).verdict());
        assertEquals(4 + 14 + 2, fake.evidenceForks);
        assertEquals(0, fake.timeForks);
    }

    @Test
    void shouldHoldTheContractOfTheHeadToo() throws Exception {
        final String config = "{'defaults':{'layers':['code-shape']},'contracts':{'methods':"
                + "[{'rows':'B.x','method':'a.T.put','maxCodeBytes':400}]}}";
        final GateReport report = fake.ab(config);
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.x", Layer.CODE_SHAPE).verdict());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.CODE_SHAPE).verdict());
    }

    @Test
    void shouldSayThatAForkBesideTheClockFailedWhenItsSecondTryDidNot() throws Exception {
        for (final String layer : List.of("allocation", "code-shape")) {
            fake.dying.put("a.B.x", 1);
            final GateReport report = fake.ab("{'defaults':{'layers':['" + layer + "']}}");
            assertEnds(Verdict.WARN, 0, report);
            assertTrue(report.toString().contains("run once more: 1, the first: a.B.x: ended with code 1"), layer);
            fake.dying.put("a.B.x", 2);
        }
        assertEnds(Verdict.MISSING, 5, fake.ab("{'defaults':{'layers':['code-shape']}}"));
    }

    @Test
    void shouldWarnWhenTheCodeGrowsUnlessThatBlocks() throws Exception {
        fake.headCodeBytes.put("a.B.x", 600L);
        assertEnds(Verdict.WARN, 0, fake.ab("{'defaults':{'layers':['code-shape']}}"));
        assertEquals(6 + 2, fake.evidenceForks, "only what would fail is worth more than three");
        assertEnds(Verdict.FAIL, 1, fake.ab("{'defaults':{'codeSizeBlocks':true,'layers':['code-shape']}}"));
    }

    @ParameterizedTest
    @CsvSource({"0, 2, PASS", "1, 6, PASS", "3, 8, PASS", "6, 14, PASS", "7, 14, FAIL"})
    void shouldFailForOtherCodeOnlyIfAllForksHaveIt(final int having, final int forks, final Verdict verdict)
            throws Exception {
        fake.headCodeBytes.put("a.B.x", 600L);
        fake.headCodeForks = having;
        final GateReport report = fake.ab("{'defaults':{'codeSizeBlocks':true,'layers':['code-shape']}}");
        assertEquals(verdict, layer(report, "a.B.x", Layer.CODE_SHAPE).verdict());
        assertEquals(forks + 2, fake.evidenceForks);
    }

    @Test
    void shouldOnlyWarnOfLessCodeWhenTheTimePasses() throws Exception {
        fake.headWithoutCall.add("a.B.x");
        final String timed = "{'defaults':{" + PAIRS + "'layers':['code-shape','time']}%s}";
        assertEnds(Verdict.WARN, 0, fake.ab(timed.formatted("")));
        assertEnds(Verdict.FAIL, 1, fake.ab("{'defaults':{'layers':['code-shape']}}"));
        assertEnds(
                Verdict.FAIL,
                1,
                fake.ab(timed.formatted(
                        ",'contracts':{'methods':[{'rows':'B.x','method':'a.T.put','minInlinedBytes':60}]}")));
    }

    @Test
    void shouldFailForLessCodeWhenTheRowIsSlower() throws Exception {
        fake.headWithoutCall.add("a.B.x");
        fake.slower.put("a.B.x", 1.2);
        final GateReport report = fake.ab("{'defaults':{" + PAIRS + "'layers':['code-shape','time']}}");
        assertEquals(Verdict.FAIL, layer(report, "a.B.x", Layer.CODE_SHAPE).verdict());
    }

    @Test
    void shouldCountNoInstructionsOfARowWithSeveralThreads() throws Exception {
        fake.severalThreads.add("a.B.x");
        final GateReport report = fake.ab("{'defaults':{'layers':['instructions']}}");
        assertEquals(
                Verdict.INCONCLUSIVE, layer(report, "a.B.x", Layer.INSTRUCTIONS).verdict());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.INSTRUCTIONS).verdict());
        assertEnds(
                Verdict.MISSING,
                5,
                fake.ab(
                        "{'defaults':{'layers':['instructions']},'contracts':{'instructions':[{'rows':'B.x','max':102}]}}"));
    }

    @Test
    void shouldOnlyWarnOfInstructionsWhenTheTimePasses() throws Exception {
        fake.headInstructions.put("a.B.x", 103.0);
        final String layers = "'layers':['instructions','time']}";
        assertEnds(Verdict.WARN, 0, fake.ab("{'defaults':{" + PAIRS + layers + "}"));
        assertEnds(Verdict.FAIL, 1, fake.ab("{'defaults':{'instructionsBlock':true," + PAIRS + layers + "}"));
        assertEnds(Verdict.FAIL, 1, fake.ab("{'defaults':{'layers':['instructions']}}"));
        assertEnds(
                Verdict.FAIL,
                1,
                fake.ab("{'defaults':{" + PAIRS + layers
                        + ",'contracts':{'instructions':[{'rows':'B.x','max':102}]}}"));
    }

    @Test
    void shouldTellEveryFailureOfARow() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.headInstructions.put("a.B.x", 130.0);
        fake.headBytesPerOp.put("a.B.x", 24.0);
        final GateReport report = fake.ab("{'defaults':{" + PAIRS
                + "'alloc':'zero','allocationBaseline':'a.B.y','layers':['allocation','instructions','time']},"
                + "'contracts':{'instructions':[{'rows':'B.x','max':128}]}}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(
                "by the contract, FAIL: 130.00 instructions per invocation of the benchmark, 128.00 are allowed; against the base, FAIL: "
                        + "130.00 instructions per invocation of the benchmark, 100.00 in the base (+30.00%); 0.50 more are tolerated",
                layer(report, "a.B.x", Layer.INSTRUCTIONS).reason());
        for (final String text : List.of(
                TerminalReport.write(report, false),
                MarkdownReport.write(report),
                GithubReport.write(report),
                JunitReport.write(report),
                HtmlReport.write(report))) {
            assertTrue(text.contains("fresh pairs confirmed it"), text);
            assertTrue(text.contains("128.00 are allowed"), text);
            assertTrue(text.contains("100.00 in the base"), text);
            assertTrue(text.contains("begins to allocate"), text);
        }
    }

    @Test
    void shouldNotHideWhatTheBaseSaysBehindAWaiverOfTheContract() throws Exception {
        fake.headInstructions.put("a.B.x", 130.0);
        final String config =
                "{'defaults':{'layers':['instructions']},'contracts':{'instructions':[{'rows':'B.x','max':128}]},"
                        + "'waivers':[{'row':'a.B.x','layer':'instructions','ceiling':'%s'," + REST + "}]}";
        assertEnds(Verdict.FAIL, 1, fake.ab(config.formatted("2%")));
        assertEnds(Verdict.WARN, 0, fake.ab(config.formatted("31%")));
    }

    @Test
    void shouldNeverPassInstructionsWhenTheyCannotBeCounted() throws Exception {
        fake.valgrind = false;
        final GateReport report = fake.ab("{'defaults':{'onInconclusive':'fail','layers':['instructions']}}");
        assertEnds(Verdict.INCONCLUSIVE, 3, report);
    }

    @Test
    void shouldTakeNoTimeForInstructionsWhenTheyCannotBeCounted() throws Exception {
        final String hurried = "{'defaults':{'budgetMinutes':1,'layers':['instructions']}}";
        final String said =
                assertThrows(BadInputException.class, () -> fake.ab(hurried)).getMessage();
        assertTrue(said.endsWith("choose fewer rows or layers, or give more by --budget"), said);
        fake.valgrind = false;
        assertEnds(Verdict.INCONCLUSIVE, 0, fake.ab(hurried.replace("{'budget", "{'onInconclusive':'pass','budget")));
    }

    @Test
    void shouldRefuseBeforeMeasuringWhenItCannotWork() {
        assertThrows(BadInputException.class, () -> fake.ab("{'defaults':{'budgetMinutes':1}}"));
        assertThrows(BadInputException.class, () -> fake.ab("{'defaults':{'pairs':5,'layers':['time']}}"));
        assertThrows(BadInputException.class, () -> fake.ab("{'defaults':{'layers':['latency']}}"));
        assertThrows(GateDataException.class, () -> fake.ab("{'defaults':{'allocationBaseline':'a.B.gone'}}"));
        assertThrows(
                BadInputException.class,
                () -> fake.ab(fake.plan("{'defaults':{'limit':'1%','layers':['time']}}"), rows("a"), rows("a")));
        assertEquals(0, fake.timeForks + fake.evidenceForks);
    }

    @Test
    void shouldGiveTheSameBytesWhenTheSameForksAreJudgedAgain() throws Exception {
        fake.slower.put("a.B.x", 1.1);
        final String first = ReportJson.write(fake.ab(TIME + "}"));
        final int forks = fake.timeForks;
        assertEquals(first, ReportJson.write(fake.ab(TIME + "}")));
        assertEquals(forks, fake.timeForks, "everything is in the journal");
        Files.delete(temp.resolve("forks.jsonl"));
        final FakeRun other = new FakeRun(temp);
        other.slower.put("a.B.x", 1.1);
        assertEquals(
                first,
                ReportJson.write(other.ab(other.plan(TIME + "}"), rows("a.B.x", "a.B.y"), rows("a.B.x", "a.B.y"))));
    }

    @Test
    void shouldSayThatNothingWasMeasuredWhenNothingDiffers() throws Exception {
        final GateReport report = fake.ab(fake.plan("{}"), rows("a", "c"), rows("a", "b", "c"), rows("a", "c"));
        assertEnds(Verdict.PASS, 0, report);
        assertEquals(3, report.rows().size());
        assertEquals(0, fake.timeForks + fake.evidenceForks);
        assertTrue(report.notes().get(0).contains("nothing was measured"));
    }
}
