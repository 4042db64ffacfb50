package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerResultsTest {
    @Test
    void shouldGiveAContractThatIsBrokenBeyondAnyCeilingNoExcessOfTheComparisonBesideIt() {
        final LayerResult contract = LayerResults.plain(Layer.CODE_SHAPE, Verdict.FAIL, "deoptimised");
        assertTrue(Double.isNaN(Waivers.excess(LayerResults.joined(contract, compared(Verdict.WARN)))));
        assertTrue(Double.isNaN(Waivers.excess(LayerResults.joined(contract, compared(Verdict.FAIL)))));
    }

    @Test
    void shouldTakeTheLargerExcessWhereBothFail() {
        final LayerResult contract = result(Verdict.FAIL, Map.of(Waivers.EXCESS, 0.07, "code", 3.0));
        final LayerResult joined = LayerResults.joined(contract, compared(Verdict.FAIL));
        assertEquals(Map.of(Waivers.EXCESS, 0.12, "code", 3.0, "base", 2.0), joined.figures());
        assertEquals(0.07, Waivers.excess(LayerResults.joined(contract, compared(Verdict.WARN))));
    }

    private static LayerResult compared(final Verdict verdict) {
        return result(verdict, Map.of(Waivers.EXCESS, 0.12, "base", 2.0));
    }

    private static LayerResult result(final Verdict verdict, final Map<String, Double> figures) {
        return new LayerResult(Layer.CODE_SHAPE, verdict, "for a reason", null, 0.1, figures, List.of());
    }
}
