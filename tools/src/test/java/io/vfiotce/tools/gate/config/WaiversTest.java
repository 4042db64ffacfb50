package io.vfiotce.tools.gate.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaiversTest {
    private static final LocalDate LAST_DAY = LocalDate.of(2030, 6, 30);
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String REST = "'expires':'2030-06-30','reason':'r','owner':'o'";

    @TempDir
    private Path directory;

    @Test
    void shouldWarnUpToTheCeilingAndFailAboveIt() throws IOException {
        final Waivers waivers = waivers("{'row':'a','layer':'time','ceiling':'8%'," + REST + "}");
        assertEquals(Verdict.WARN, verdict(waivers, time(Verdict.FAIL, 0.08)));
        assertEquals(Verdict.FAIL, verdict(waivers, time(Verdict.FAIL, 0.0801)));
        assertEquals(Verdict.INCONCLUSIVE, verdict(waivers, time(Verdict.INCONCLUSIVE, 0.01)));
        assertEquals(Verdict.MISSING, verdict(waivers, time(Verdict.MISSING, 0)));
        final String reason = apply(waivers, time(Verdict.FAIL, 0.08))
                .rows()
                .get(0)
                .layers()
                .get(0)
                .reason();
        assertEquals("waived until 2030-06-30 by o (r); without: why", reason);
    }

    @Test
    void shouldCompareTheExcessOfLayersThatTellIt() throws IOException {
        final Waivers waivers = waivers("{'row':'a','layer':'allocation','ceiling':24," + REST + "}");
        assertEquals(Verdict.WARN, verdict(waivers, allocation(Map.of(Waivers.EXCESS, 24.0))));
        assertEquals(Verdict.FAIL, verdict(waivers, allocation(Map.of(Waivers.EXCESS, 24.1))));
        assertEquals(Verdict.FAIL, verdict(waivers, allocation(Map.of())), "an excess that no figure tells");
    }

    @Test
    void shouldLeaveOtherRowsAndLayersAlone() throws IOException {
        final Waivers waivers = waivers("{'row':'a.','layer':'time','ceiling':'8%'," + REST + "}");
        assertEquals(Verdict.FAIL, verdict(waivers, time(Verdict.FAIL, 0.06)), "the row is no pattern");
        final Waivers other = waivers("{'row':'a','layer':'latency','ceiling':'8%'," + REST + "}");
        assertEquals(Verdict.FAIL, verdict(other, time(Verdict.FAIL, 0.06)));
    }

    @Test
    void shouldWaiveAMissingRowOnlyByCompleteness() throws IOException {
        final Waivers waivers = waivers("{'row':'a','layer':'completeness'," + REST + "}");
        final LayerResult missing =
                new LayerResult(Layer.COMPLETENESS, Verdict.MISSING, "gone", null, 0, Map.of(), List.of());
        assertEquals(Verdict.WARN, verdict(waivers, missing));
        assertEquals(Verdict.FAIL, verdict(waivers, time(Verdict.FAIL, 0.06)));
    }

    @Test
    void shouldWaiveALayerThatCannotBeComparedAndNothingElseOfIt() throws IOException {
        final Waivers waivers = waivers("{'row':'a','layer':'time','missing':true," + REST + "}");
        assertEquals(Verdict.WARN, verdict(waivers, time(Verdict.MISSING, 0)));
        assertEquals(Verdict.FAIL, verdict(waivers, time(Verdict.FAIL, 0.001)));
        assertEquals(Verdict.INVALID, verdict(waivers, time(Verdict.INVALID, 0)));
        final LayerResult gone =
                new LayerResult(Layer.COMPLETENESS, Verdict.MISSING, "gone", null, 0, Map.of(), List.of());
        assertEquals(Verdict.MISSING, verdict(waivers, gone));
        assertEquals(1, apply(waivers, time(Verdict.PASS, 0)).problems().size());
    }

    @Test
    void shouldObjectWhenAWaiverIsNotNeeded() throws IOException {
        final Waivers waivers = waivers("{'row':'a','layer':'time','ceiling':'8%'," + REST + "}");
        assertEquals(
                List.of("the waiver of a in layer time is not needed any more"),
                apply(waivers, time(Verdict.PASS, 0)).problems());
        assertEquals(1, apply(waivers, time(Verdict.IMPROVED, -0.1)).problems().size());
        assertEquals(List.of(), apply(waivers, time(Verdict.FAIL, 0.06)).problems());
        assertEquals(List.of(), apply(waivers, time(Verdict.INCONCLUSIVE, 0.06)).problems());
        assertEquals(List.of(), waivers.apply(List.of(), Set.of("a")).problems(), "the row took no part");
        assertTrue(waivers.apply(List.of(), Set.of("b")).problems().get(0).contains("neither jar has"));
    }

    @Test
    void shouldRefuseWhenAWaiverIsOutOfDate() throws IOException {
        final Waivers row = waivers("{'row':'a','layer':'time','ceiling':'8%'," + REST + "}");
        assertDoesNotThrow(() -> row.requireCurrent(LAST_DAY));
        assertThrows(BadInputException.class, () -> row.requireCurrent(LAST_DAY.plusDays(1)));
        final Waivers base = read("{'baseWaivers':[{'commit':'" + COMMIT + "'," + REST + "}]}");
        assertDoesNotThrow(() -> base.requireCurrent(LAST_DAY));
        assertThrows(BadInputException.class, () -> base.requireCurrent(LAST_DAY.plusDays(1)));
    }

    @Test
    void shouldFindTheWaiverOfABaseByItsFullHash() throws IOException {
        final Waivers waivers = read("{'baseWaivers':[{'commit':'" + COMMIT + "'," + REST + "}]}");
        assertEquals("r", waivers.ofBase(COMMIT).orElseThrow().reason());
        assertTrue(waivers.ofBase(COMMIT.substring(0, 12)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'row':'a','ceiling':'8%',REST}|waivers[0].layer is missing",
                "{'row':'a','layer':'tim','ceiling':'8%',REST}|waivers[0].layer is none of completeness",
                "{'row':'a','layer':'time',REST}|waivers[0].ceiling is missing",
                "{'row':'a','layer':'time','ceiling':0.08,REST}|waivers[0].ceiling is no text like",
                "{'row':'a','layer':'allocation','ceiling':'8%',REST}|waivers[0].ceiling is no number",
                "{'row':'a','layer':'completeness','ceiling':1,REST}|waivers[0].ceiling has no meaning",
                "{'row':'a','layer':'time','ceiling':'8%','missing':true,REST}|waivers[0].ceiling has no meaning",
                "{'row':'a','layer':'time','missing':false,REST}|waivers[0].ceiling is missing",
                "{'row':'a','layer':'completeness','missing':true,REST}|waivers[0].missing is what",
                "{'layer':'time','ceiling':'8%',REST}|waivers[0].row is missing",
                "{'row':'a','layer':'completeness','reason':'r','owner':'o'}|waivers[0].expires is missing",
                "{'row':'a','layer':'completeness','expires':'2030-02-30','reason':'r','owner':'o'}|is no date",
                "{'row':'a','layer':'completeness','expires':'2030-06-30','reason':' ','owner':'o'}|waivers[0].reason is",
                "{'row':'a','layer':'completeness','expires':'2030-06-30','reason':'r'}|waivers[0].owner is missing",
                "{'row':'a','match':'b','layer':'completeness',REST}|waivers[0].match is unknown",
                "{'row':'a','layer':'completeness',REST},{'row':'a','layer':'completeness',REST}|waivers[1] is the second",
            })
    void shouldRefuseInOneLineNamingThePlace(final String blocks, final String message) {
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> waivers(blocks.replace("REST", REST)));
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    @Test
    void shouldRefuseBasesThatAreNamedTwiceOrByHalf() {
        final String base = "{'commit':'" + COMMIT + "'," + REST + "}";
        assertThrows(BadInputException.class, () -> read("{'baseWaivers':[" + base + "," + base + "]}"));
        assertThrows(BadInputException.class, () -> read("{'baseWaivers':[{'commit':'0123456'," + REST + "}]}"));
    }

    private static Verdict verdict(final Waivers waivers, final LayerResult layer) {
        return apply(waivers, layer).rows().get(0).layers().get(0).verdict();
    }

    private static WaivedRows apply(final Waivers waivers, final LayerResult layer) {
        return waivers.apply(List.of(new RowResult("a", "ns", false, List.of(layer))), Set.of("a", "a."));
    }

    private static LayerResult time(final Verdict verdict, final double effect) {
        return new LayerResult(
                Layer.TIME, verdict, "why", new Interval(effect, effect, effect, 0.95, 0), 0.05, Map.of(), List.of());
    }

    private static LayerResult allocation(final Map<String, Double> figures) {
        return new LayerResult(Layer.ALLOCATION, Verdict.FAIL, "why", null, 0, figures, List.of());
    }

    private Waivers waivers(final String blocks) throws IOException {
        return read("{'waivers':[" + blocks + "]}");
    }

    private Waivers read(final String json) throws IOException {
        return GateConfig.read(Files.writeString(directory.resolve("gate.json"), json.replace('\'', '"')))
                .waivers();
    }
}
