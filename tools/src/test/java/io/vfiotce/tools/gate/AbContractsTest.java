package io.vfiotce.tools.gate;

import static io.vfiotce.tools.gate.FakeRun.layer;
import static io.vfiotce.tools.gate.FakeRun.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the head must keep in comparisons, in rows that have nothing to be compared with too. */
class AbContractsTest {
    private static final String CONTRACTS = """
            {'defaults':{'pairs':6,'confirmPairs':8,'allocationBaseline':'a.B.empty'},
             'rows':[{'match':'B.x','alloc':'zero'}],
             'contracts':{'methods':[{'rows':'B.x','method':'a.T.put','maxCodeBytes':550}],
                          'instructions':[{'rows':'B.x','max':110}]}}""";

    @TempDir
    private Path temp;

    private FakeRun fake;

    @BeforeEach
    void create() {
        fake = new FakeRun(temp);
    }

    /** The row x is new. */
    private GateReport whereItIsNew() throws Exception {
        return fake.ab(fake.plan(CONTRACTS), rows("a.B.empty", "a.B.y"), rows("a.B.empty", "a.B.x", "a.B.y"));
    }

    /** The row x is a control. */
    private GateReport whereItIsAControl() throws Exception {
        return fake.ab(
                fake.plan(CONTRACTS),
                rows("a.B.empty", "a.B.x", "a.B.y"),
                rows("a.B.empty", "a.B.x", "a.B.y"),
                rows("a.B.x"));
    }

    private static List<Layer> layers(final GateReport report) {
        return report.rows().stream()
                .filter(row -> row.row().equals("a.B.x"))
                .map(RowResult::layers)
                .flatMap(List::stream)
                .map(result -> result.layer())
                .toList();
    }

    @Test
    void shouldHoldTheContractsInARowThatIsNew() throws Exception {
        final GateReport kept = whereItIsNew();
        assertEquals(0, kept.exitCode(), kept.toString());
        assertEquals(List.of(Layer.COMPLETENESS, Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS), layers(kept));
        assertEquals(Verdict.NEW, layer(kept, "a.B.x", Layer.COMPLETENESS).verdict());
        fake.headBytesPerOp.put("a.B.x", 24.0);
        final GateReport allocates = whereItIsNew();
        assertEquals(1, allocates.exitCode());
        assertEquals(Verdict.FAIL, layer(allocates, "a.B.x", Layer.ALLOCATION).verdict());
        fake.headBytesPerOp.clear();
        fake.headCodeBytes.put("a.B.x", 600L);
        assertEquals(1, whereItIsNew().exitCode());
        fake.headCodeBytes.clear();
        fake.headInstructions.put("a.B.x", 120.0);
        assertEquals(1, whereItIsNew().exitCode());
    }

    @Test
    void shouldHoldTheContractsInAControl() throws Exception {
        final GateReport kept = whereItIsAControl();
        assertEquals(0, kept.exitCode(), kept.toString());
        assertEquals(
                List.of(Layer.COMPLETENESS, Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS, Layer.TIME),
                layers(kept));
        fake.headInstructions.put("a.B.x", 120.0);
        final GateReport broken = whereItIsAControl();
        assertEquals(1, broken.exitCode());
        assertEquals(Verdict.FAIL, layer(broken, "a.B.x", Layer.INSTRUCTIONS).verdict());
    }

    @Test
    void shouldHoldTheContractsWhenNothingDiffers() throws Exception {
        fake.headCodeBytes.put("a.B.x", 600L);
        final GateReport report = fake.ab(
                fake.plan(CONTRACTS),
                rows("a.B.empty", "a.B.x"),
                rows("a.B.empty", "a.B.x"),
                rows("a.B.empty", "a.B.x"));
        assertEquals(1, report.exitCode());
        assertEquals(0, fake.timeForks, "the clock has nothing to compare");
        assertTrue(
                report.notes().get(0).contains("only contracts were checked"),
                report.notes().toString());
    }

    @Test
    void shouldSayMissingWhenThereIsACeilingAndInstructionsCannotBeCounted() throws Exception {
        fake.valgrind = false;
        final GateReport report = whereItIsNew();
        assertEquals(5, report.exitCode());
        assertEquals(Verdict.MISSING, layer(report, "a.B.x", Layer.INSTRUCTIONS).verdict());
        assertEquals(
                Verdict.INCONCLUSIVE, layer(report, "a.B.y", Layer.INSTRUCTIONS).verdict());
    }

    @Test
    void shouldSeeThatTheOnlyRowBeginsToAllocateLittle() throws Exception {
        // 9 KB per iteration: as much as what JMH allocates might be, were the base not there to tell.
        fake.headBytesPerOp.put("a.B.x", 0.009);
        final GateReport report =
                fake.ab(fake.plan("{'defaults':{'layers':['allocation']}}"), rows("a.B.x"), rows("a.B.x"));
        assertEquals(1, report.exitCode(), report.toString());
    }

    @Test
    void shouldRefuseAContractOnAllocationWithoutAnEmptyRow() {
        assertThrows(
                BadInputException.class,
                () -> fake.ab(fake.plan("{'defaults':{'alloc':'zero'}}"), rows("a.B.x"), rows("a.B.x")));
        assertEquals(0, fake.timeForks + fake.evidenceForks);
    }

    @Test
    void shouldRefuseARunThatWouldJudgeNothing() {
        assertRefused(GateDataException.class, "{}", "no row is in both jars", "a.B.new");
        assertRefused(GateDataException.class, "{'rows':[{'match':'gone','limit':'2%'}]}", "rows with 'gone'", "a.B.x");
        assertRefused(BadInputException.class, "{'defaults':{'layers':[]}}", "no layer judges any", "a.B.x");
        assertEquals(0, fake.timeForks + fake.evidenceForks);
    }

    private void assertRefused(
            final Class<? extends RuntimeException> type, final String config, final String part, final String head) {
        final RuntimeException e = assertThrows(type, () -> fake.ab(fake.plan(config), rows("a.B.x"), rows(head)));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void shouldRefuseAScriptInThePlaceOfTheJvmWhenInstructionsAreCounted() throws Exception {
        fake.startJavaByScript();
        assertThrows(BadInputException.class, this::whereItIsNew);
    }
}
