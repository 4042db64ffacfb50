package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.layer;
import static io.vfiotce.tools.gate.FakeRun.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    private GateReport check(final String config) throws Exception {
        return fake.check(fake.plan(config), rows("a.B.x", "a.B.y"));
    }

    private static String ratio(final String bounds) {
        return "{'defaults':{'pairs':8},'contracts':{'ratios':[{'row':'a.B.x','to':'a.B.y'," + bounds
                + ",'reason':'r'}]}}";
    }

    @Test
    void shouldJudgeOnlyRowsWithContracts() throws Exception {
        final GateReport report = check("{'rows':[{'match':'B.x','alloc':'zero'}]}");
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
        assertEquals(1, check("{'defaults':{'alloc':'zero'}}").exitCode());
        assertEquals(0, check("{'defaults':{'alloc':1}}").exitCode());
    }

    @Test
    void shouldNotTakeTheOnlyRowForTheEmptyOneWhenItAllocates() throws Exception {
        fake.headBytesPerOp.put("a.B.x", 24.0);
        assertEquals(
                1,
                fake.check(fake.plan("{'defaults':{'alloc':'zero'}}"), rows("a.B.x"))
                        .exitCode());
    }

    @Test
    void shouldFailWhenCodeOrInstructionsBreakTheirBounds() throws Exception {
        final String method = "{'contracts':{'methods':[{'rows':'B','method':'a.T.put','maxCodeBytes':%d}]}}";
        assertEquals(0, check(method.formatted(500)).exitCode());
        assertEquals(1, check(method.formatted(499)).exitCode());
        final String count = "{'contracts':{'instructions':[{'rows':'B.x','max':%d}]}}";
        assertEquals(0, check(count.formatted(100)).exitCode());
        assertEquals(1, check(count.formatted(99)).exitCode());
    }

    @Test
    void shouldJudgeTheRatioOfTwoRows() throws Exception {
        fake.slower.put("a.B.x", 3.0);
        final GateReport report = check(ratio("'max':3.2"));
        assertEquals(0, report.exitCode(), report.toString());
        assertEquals(3.0, layer(report, "a.B.x", Layer.RATIO).figures().get("ratio"), 0.05);
        assertEquals(8, layer(report, "a.B.x", Layer.RATIO).pairs().size());
        assertEquals(1, check(ratio("'max':2.8")).exitCode());
        assertEquals(1, check(ratio("'min':3.2")).exitCode());
    }

    @Test
    void shouldSayMissingWhenARatioIsAboutARowThatIsGone() throws Exception {
        assertEquals(5, check(ratio("'max':3").replace("a.B.y", "a.B.gone")).exitCode());
        assertEquals(5, check(ratio("'max':3").replace("a.B.x", "a.B.gone")).exitCode());
    }

    @Test
    void shouldSayMissingWhenAForkCrashes() throws Exception {
        fake.crashing.add("a.B.x");
        assertEquals(5, check("{'defaults':{'alloc':'zero'}}").exitCode());
        assertEquals(5, check(ratio("'max':3")).exitCode());
    }

    @Test
    void shouldRefuseContractsThatHoldForNoRow() {
        assertThrows(
                GateDataException.class,
                () -> check("{'contracts':{'methods':[{'rows':'B.gone','method':'a.T.put'}]}}"));
        assertThrows(
                GateDataException.class, () -> check("{'contracts':{'instructions':[{'rows':'B.gone','max':1}]}}"));
    }

    @Test
    void shouldRefuseWhenTheBudgetDoesNotDo() {
        assertThrows(
                BadInputException.class,
                () -> check(ratio("'max':3").replace("'pairs':8", "'pairs':100,'budgetMinutes':1")));
    }
}
