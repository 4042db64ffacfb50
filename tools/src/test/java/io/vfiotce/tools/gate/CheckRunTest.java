package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.layer;
import static io.vfiotce.tools.gate.FakeRun.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole checks with forks that are no processes. */
class CheckRunTest {
    private static final String RULES = "{'defaults':{'allocationBaseline':'a.B.y'},"
            + "'rows':[{'match':'%s','alloc':'zero'},{'match':'%s','alloc':'any'}]}";

    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    private static String ratio(final String bounds) {
        return "{'defaults':{'pairs':8},'contracts':{'ratios':[{'row':'a.B.x','to':'a.B.y'," + bounds
                + ",'reason':'r'}]}}";
    }

    @Test
    void shouldJudgeOnlyRowsWithContracts() throws Exception {
        final GateReport report =
                fake.check("{'defaults':{'allocationBaseline':'a.B.y'},'rows':[{'match':'B.x','alloc':'zero'}]}");
        assertEquals(0, report.exitCode());
        assertEquals(1, report.rows().size());
        assertEquals(Verdict.PASS, layer(report, "a.B.x", Layer.ALLOCATION).verdict());
        assertFalse(new CheckRun(
                        fake.plan("{}"),
                        RowSelection.of(
                                rows("a.B.x"), rows("a.B.x"), fake.plan("{}").filter()))
                .hasContracts());
    }

    @Test
    void shouldFailWhenARowAllocatesThatMustNot() throws Exception {
        fake.headBytesPerOp.put("a.B.x", 0.1);
        final String baseline = "{'defaults':{'allocationBaseline':'a.B.y','alloc':%s}}";
        assertEquals(1, fake.check(baseline.formatted("'zero'")).exitCode());
        assertEquals(0, fake.check(baseline.formatted(1)).exitCode());
    }

    @Test
    void shouldRefuseAContractOnAllocationWithoutAnEmptyRow() {
        final BadInputException e =
                assertThrows(BadInputException.class, () -> fake.check("{'defaults':{'alloc':'zero'}}"));
        assertTrue(e.getMessage().contains("alloc of a.B.x needs allocationBaseline"), e.getMessage());
        assertThrows(BadInputException.class, () -> fake.check("{'defaults':{'alloc':8}}"));
    }

    @Test
    void shouldRefuseAnEmptyRowThatIsNotEmpty() {
        fake.headBytesPerOp.put("a.B.y", 24.0);
        final GateDataException e = assertThrows(
                GateDataException.class,
                () -> fake.check("{'defaults':{'alloc':'zero','allocationBaseline':'a.B.y'}}"));
        assertTrue(e.getMessage().contains("a.B.y is not empty"), e.getMessage());
    }

    @Test
    void shouldFailWhenCodeOrInstructionsBreakTheirBounds() throws Exception {
        final String method = "{'contracts':{'methods':[{'rows':'B','method':'a.T.put','maxCodeBytes':%d}]}}";
        assertEquals(0, fake.check(method.formatted(500)).exitCode());
        assertEquals(1, fake.check(method.formatted(499)).exitCode());
        final String count = "{'contracts':{'instructions':[{'rows':'B.x','max':%d}]}}";
        assertEquals(0, fake.check(count.formatted(100)).exitCode());
        assertEquals(1, fake.check(count.formatted(99)).exitCode());
    }

    @Test
    void shouldJudgeTheRatioOfTwoRows() throws Exception {
        fake.slower.put("a.B.x", 3.0);
        final GateReport report = fake.check(ratio("'max':3.2"));
        assertEquals(0, report.exitCode(), report.toString());
        assertEquals(3.0, layer(report, "a.B.x", Layer.RATIO).figures().get("ratio"), 0.05);
        assertEquals(8, layer(report, "a.B.x", Layer.RATIO).pairs().size());
        assertEquals(1, fake.check(ratio("'max':2.8")).exitCode());
        assertEquals(1, fake.check(ratio("'min':3.2")).exitCode());
    }

    @Test
    void shouldAskMoreOfEveryRatioTheMoreThereAre() throws Exception {
        final String another = "'ratios':[{'row':'a.B.y','to':'a.B.x','min':0.1,'max':9,'reason':'s'},";
        final String two = ratio("'max':2").replace("'ratios':[", another);
        final GateReport alone = fake.check(ratio("'max':2"));
        final GateReport both = fake.check(two.replace("'pairs':8", "'pairs':10"));
        assertEquals(0.98, layer(alone, "a.B.x", Layer.RATIO).interval().level(), 1e-12);
        assertEquals(1 - 0.02 / 3, layer(both, "a.B.x", Layer.RATIO).interval().level(), 1e-12);
        final BadInputException e = assertThrows(BadInputException.class, () -> fake.check(two));
        assertTrue(e.getMessage().contains("8 pairs cannot show anything about 3 limits"), e.getMessage());
    }

    @Test
    void shouldSayMissingWhenARatioIsAboutARowThatIsGone() throws Exception {
        assertEquals(
                5, fake.check(ratio("'max':3").replace("a.B.y", "a.B.gone")).exitCode());
        assertEquals(
                5, fake.check(ratio("'max':3").replace("a.B.x", "a.B.gone")).exitCode());
    }

    @Test
    void shouldSayMissingWhenAForkCrashes() throws Exception {
        fake.crashing.add("a.B.x");
        assertEquals(
                5,
                fake.check("{'defaults':{'alloc':'zero','allocationBaseline':'a.B.y'}}")
                        .exitCode());
        assertEquals(5, fake.check(ratio("'max':3")).exitCode());
    }

    @Test
    void shouldRefuseContractsThatHoldForNoRow() {
        assertThrows(
                GateDataException.class,
                () -> fake.check("{'contracts':{'methods':[{'rows':'B.gone','method':'a.T.put'}]}}"));
        assertThrows(
                GateDataException.class,
                () -> fake.check("{'contracts':{'instructions':[{'rows':'B.gone','max':1}]}}"));
    }

    @Test
    void shouldRefuseWhenTheBudgetDoesNotDo() {
        assertThrows(
                BadInputException.class,
                () -> fake.check(ratio("'max':3").replace("'pairs':8", "'pairs':100,'budgetMinutes':1")));
    }

    @Test
    void shouldRefuseRulesThatHoldForNoRow() {
        assertThrows(GateDataException.class, () -> fake.check(RULES.formatted("B.gone", "B.y")));
        final GateDataException e =
                assertThrows(GateDataException.class, () -> fake.check(RULES.formatted("B", "B.y")));
        assertTrue(e.getMessage().contains("rows with 'B.y' hold for none of 2 rows"), e.getMessage());
        assertThrows(
                GateDataException.class,
                () -> fake.check("{'contracts':{'instructions':[{'rows':'B','max':100},{'rows':'B.y','max':60}]}}"));
    }

    @Test
    void shouldSayMissingWhenThereIsACeilingAndInstructionsCannotBeCounted() throws Exception {
        fake.valgrind = false;
        final GateReport report = fake.check("{'contracts':{'instructions':[{'rows':'B.x','max':100}]}}");
        assertEquals(5, report.exitCode());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.INSTRUCTIONS).verdict());
    }

    @Test
    void shouldRefuseAScriptInThePlaceOfTheJvmWhenInstructionsAreCounted() throws Exception {
        fake.startJavaByScript();
        final BadInputException e = assertThrows(
                BadInputException.class, () -> fake.check("{'contracts':{'instructions':[{'rows':'B.x','max':100}]}}"));
        assertTrue(e.getMessage().contains("is a script"), e.getMessage());
        assertEquals(0, fake.check(ratio("'max':3")).exitCode());
    }
}
