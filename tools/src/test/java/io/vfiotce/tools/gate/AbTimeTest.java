package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.assertEnds;
import static io.vfiotce.tools.gate.FakeRun.layer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.TerminalReport;
import io.vfiotce.tools.gate.report.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock's layer of whole comparisons: what processor time does not see, what a budget ends, and what does not settle. */
class AbTimeTest {
    private static final String TIME = "{'defaults':{'pairs':6,'confirmPairs':8,'layers':['time']}";

    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    @Test
    void shouldFailByWallTimeWhenTheHeadOnlyWaitsLonger() throws Exception {
        fake.waitsNs = 10;
        fake.headWaitsNs.put("a.B.x", 4.0);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(0.2, layer(report, "a.B.x", Layer.TIME).interval().effect(), 0.01);
        assertEquals(1, layer(report, "a.B.x", Layer.TIME).figures().get("by.wall.time"));
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldFailByWallTimeWhenOnlyTheHeadBeginsToWait() throws Exception {
        fake.headWaitsNs.put("a.B.x", 2.0);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.x", Layer.TIME).verdict());
        assertEquals(0, layer(report, "a.B.y", Layer.TIME).figures().get("by.wall.time"));
    }

    @Test
    void shouldFailByWhatJmhTimedWhenFixturesTakeMostOfTheProcessorTime() throws Exception {
        fake.fixtureNs = 100;
        fake.slower.put("a.B.x", 1.3);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.FAIL, 1, report);
        final LayerResult slower = layer(report, "a.B.x", Layer.TIME);
        assertEquals(0.3, slower.interval().effect(), 0.01, "by processor time it is 3 %");
        assertEquals(1, slower.figures().get("by.wall.time"));
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldStayWithProcessorTimeWhenNextToNothingIsUntimed() throws Exception {
        fake.fixtureNs = 0.19;
        final LayerResult same = layer(fake.ab(TIME + "}"), "a.B.x", Layer.TIME);
        assertEquals(0, same.figures().get("by.wall.time"));
    }

    @Test
    void shouldNotExcuseAHeadThatDisturbsItself() throws Exception {
        fake.headJit = 0.5;
        fake.slower.put("a.B.x", 1.2);
        final GateReport report = fake.ab(TIME.replace("'confirmPairs':8", "'confirmPairs':6") + "}");
        assertEnds(Verdict.FAIL, 1, report);
        final String reason = layer(report, "a.B.x", Layer.TIME).reason();
        assertTrue(
                reason.endsWith(
                        "; of 6 pairs 6 were disturbed, in 6 the head's fork alone: that comes with the head; first by: "
                                + "head: compilation 50.0 % is above 10.0 %"),
                reason);
        assertEquals(
                Verdict.INVALID, layer(report, "a.B.y", Layer.TIME).verdict(), "nothing shows a slowdown of that one");
    }

    @Test
    void shouldNotExcuseItEitherWhenTheHostDisturbsTheBaseNowAndThen() throws Exception {
        fake.headJit = 0.5;
        fake.baseStealsIn = 3;
        fake.slower.put("a.B.x", 1.2);
        final GateReport report = fake.ab(TIME.replace("'confirmPairs':8", "'confirmPairs':12") + "}");
        assertEnds(Verdict.FAIL, 1, report);
        final String reason = layer(report, "a.B.x", Layer.TIME).reason();
        assertTrue(reason.contains("of 12 pairs 12 were disturbed, in 11 the head's fork alone"), reason);
    }

    @Test
    void shouldBeInvalidWhenTooFewPairsTellWhoIsDisturbed() throws Exception {
        fake.headJit = 0.5;
        fake.baseStealsIn = 3;
        fake.slower.put("a.B.x", 1.2);
        // Seven of eight are the head's: the host would choose so in 9 of 256 runs.
        assertEnds(Verdict.INVALID, 4, fake.ab(TIME + "}"));
    }

    @Test
    void shouldBeInvalidWhenTheHostDisturbsBothArms() throws Exception {
        fake.steal = 0.5;
        fake.headJit = 0.5;
        fake.slower.put("a.B.x", 1.2);
        assertEnds(Verdict.INVALID, 4, fake.ab(TIME + "}"));
    }

    @Test
    void shouldBeInvalidWhenARowThatWaitsMustBeJudgedByProcessorTime() throws Exception {
        fake.headWaitsNs.put("a.B.x", 2.0);
        final GateReport report = fake.ab(TIME.replace("'pairs'", "'metric':'cpu','pairs'") + "}");
        assertEnds(Verdict.INVALID, 4, report);
        assertTrue(
                layer(report, "a.B.x", Layer.TIME).reason().contains("wanted a processor for 83"),
                layer(report, "a.B.x", Layer.TIME).reason());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldNotPassWhenASlowdownHitsOnlySomeIterations() throws Exception {
        fake.headLater.put("a.B.x", 1.5);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.INCONCLUSIVE, 0, report);
        final LayerResult row = layer(report, "a.B.x", Layer.TIME);
        assertEquals(Verdict.INCONCLUSIVE, row.verdict());
        assertTrue(row.reason().startsWith("unstable inside the fork"), row.reason());
        assertEquals(0, row.figures().get("base.unsteady"));
        assertEquals(1, row.figures().get("head.unsteady"));
        assertEquals(0, row.interval().effect(), 0.01, "the figures themselves see nothing");
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldPassWhenTheForksOfBothAreUnsteadyAlike() throws Exception {
        fake.headLater.put("a.B.x", 1.5);
        fake.baseLater.put("a.B.x", 1.5);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.PASS, 0, report);
        assertEquals(1, layer(report, "a.B.x", Layer.TIME).figures().get("base.unsteady"));
    }

    @Test
    void shouldConfirmTheClearestAndBlockForTheOthersWhenTheBudgetIsUsedUp() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.slower.put("a.B.y", 1.3);
        // 192 s of the first stage leave 48 of 240 s, which is not even the pause.
        fake.forkMs = 8000;
        final String lenient = TIME.replace("'pairs'", "'budgetMinutes':4,'onInconclusive':'pass','pairs'") + "}";
        final GateReport report = fake.ab(lenient);
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.y", Layer.TIME).verdict());
        final LayerResult row = layer(report, "a.B.x", Layer.TIME);
        assertEquals(Verdict.MISSING, row.verdict());
        assertEquals(12, 2 * row.pairs().size(), "the first stage is shown");
        // 192 s, the pause of 60, and twice 16 forks of 8 s: 508 s.
        assertTrue(
                row.reason().endsWith("the budget of 4 minutes had no time left for it, 9 are enough"), row.reason());
        assertTrue(
                TerminalReport.write(report, false).contains("Run again with a larger --budget"),
                TerminalReport.write(report, false));
    }

    @Test
    void shouldBlockWhenAFlaggedRowIsUnconfirmedThoughTheHostDisturbedItAndThatOnlyWarns() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.slower.put("a.B.y", 1.3);
        fake.steal = 0.5;
        fake.forkMs = 8000;
        final GateReport report =
                fake.ab(TIME.replace("'pairs'", "'budgetMinutes':4,'onInvalid':'warn','pairs'") + "}");
        assertEnds(Verdict.MISSING, 5, report);
        assertEquals(Verdict.INVALID, layer(report, "a.B.y", Layer.TIME).verdict());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.TIME).verdict());
    }

    @Test
    void shouldLeaveTimeToConfirmWhenTheHostDisturbsEveryPair() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.steal = 0.5;
        // 24 forks of the first stage, the pause and 16 of the second take 204 of 240 s: there is time for 10 forks
        // more.
        fake.forkMs = 3600;
        final GateReport report = fake.ab(TIME.replace("'pairs'", "'budgetMinutes':4,'pairs'") + "}");
        assertEnds(Verdict.INVALID, 4, report);
        assertEquals(24 + 10 + 16, fake.timeForks);
    }

    @Test
    void shouldConfirmByTheTimeThatTheFirstStageWasJudgedBy() throws Exception {
        fake.waitsNs = 10;
        fake.headWaitsNs.put("a.B.x", 40.0);
        // In the second stage too little waits to be noticed by itself: 0.1 and 0.5 of 10 ns.
        fake.secondWaitsShare = 0.01;
        assertEnds(Verdict.FAIL, 1, fake.ab(TIME + "}"));
    }

    @Test
    void shouldCountAFlaggedRowWithoutASecondStageInWhatAaSays() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.slower.put("a.B.y", 1.3);
        fake.forkMs = 8000;
        final GateReport report = AaCommand.noted(fake.ab(TIME.replace("'pairs'", "'budgetMinutes':4,'pairs'") + "}"));
        assertTrue(
                report.notes().get(0).contains("of 2 rows the first stage flagged 2,"),
                report.notes().toString());
    }

    @Test
    void shouldFailByWhatWasConfirmedWhenTheBudgetIsUsedUpAfterwards() throws Exception {
        fake.slower.put("a.B.x", 1.2);
        fake.slower.put("a.B.y", 1.3);
        // 96 s of the first stage and the pause leave 84 of 240 s, and a row of the second takes 64.
        fake.forkMs = 4000;
        final String config = TIME.replace("'pairs'", "'budgetMinutes':4,'pairs'") + "}";
        final GateReport report = fake.ab(config);
        assertEnds(Verdict.FAIL, 1, report);
        assertEquals(Verdict.FAIL, layer(report, "a.B.y", Layer.TIME).verdict());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.TIME).verdict());
        final int forks = fake.timeForks;
        assertEquals(Verdict.FAIL, layer(fake.ab(config), "a.B.x", Layer.TIME).verdict(), "resumed with a new budget");
        assertEquals(forks + 2 * 8, fake.timeForks, "and only what was missing was measured");
    }

    @Test
    void shouldSayThatForksFailedWhenASecondTryHasMeasuredThem() throws Exception {
        fake.dying.put("a.B.x", 1);
        final GateReport report = fake.ab(TIME + "}");
        assertEnds(Verdict.WARN, 0, report);
        final LayerResult row = layer(report, "a.B.x", Layer.TIME);
        assertEquals(Verdict.WARN, row.verdict());
        assertTrue(row.reason().endsWith("run once more: 1, the first: a.B.x: ended with code 1"), row.reason());
        assertEquals(6, row.pairs().size());
        assertEquals(Verdict.PASS, layer(report, "a.B.y", Layer.TIME).verdict());
    }

    @Test
    void shouldBeMissingWhenAForkFailsAndItsSecondTryToo() throws Exception {
        fake.dying.put("a.B.x", 2);
        assertEnds(Verdict.MISSING, 5, fake.ab(TIME + "}"));
    }

    @Test
    void shouldNameTheMarginWhereAllRowsHaveOne() throws Exception {
        assertEquals("0.01", fake.ab(TIME + "}").envelope().get("margin"));
        final String two = TIME + ",'rows':[{'match':'B.x','margin':'2%'}]}";
        assertNull(fake.ab(two).envelope().get("margin"), "the page could draw but one");
    }
}
