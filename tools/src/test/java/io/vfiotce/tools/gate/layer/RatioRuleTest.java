package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.config.RatioContract;
import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RatioRuleTest {
    @Test
    void shouldPassWhenTheWholeIntervalIsWithin() {
        assertEquals(Verdict.PASS, judge(1.0, 1.9).verdict());
        assertEquals(Verdict.PASS, judge(0.5, 2.0).verdict());
    }

    @Test
    void shouldFailWhenTheWholeIntervalIsBeyondABound() {
        final LayerResult above = judge(2.01, 2.99);
        assertEquals(Verdict.FAIL, above.verdict());
        assertEquals(2.5, above.figures().get(Waivers.EXCESS), 1e-9);
        final LayerResult below = judge(0.3, 0.5 - 1e-9);
        assertEquals(Verdict.FAIL, below.verdict());
        assertEquals(2.5, below.figures().get(Waivers.EXCESS), 1e-6);
    }

    @Test
    void shouldBeInconclusiveWhenTheIntervalLiesAcrossABound() {
        assertEquals(Verdict.INCONCLUSIVE, judge(1.9, 2.1).verdict());
        assertEquals(Verdict.INCONCLUSIVE, judge(0.4, 0.6).verdict());
        assertEquals(Verdict.INCONCLUSIVE, judge(Double.NaN, Double.NaN).verdict());
    }

    @Test
    void shouldIgnoreTheBoundThatIsNotThere() {
        final RatioContract contract =
                new RatioContract("a", "b", OptionalDouble.empty(), OptionalDouble.of(2), "queue against map");
        final LayerResult result = RatioRule.judge(contract, new Interval(-0.99, -0.995, -0.98, 0.95, 0));
        assertEquals(Verdict.PASS, result.verdict());
        assertFalse(result.figures().containsKey("min"));
        assertEquals(1.0, result.limit(), "as the effect is: a ratio minus one");
        assertTrue(result.reason().contains("must be at most 2.000 (queue"), result.reason());
        assertTrue(judge(1.0, 1.9).reason().contains("must be at least 0.500 and at most 2.000"));
    }

    private static LayerResult judge(final double lower, final double upper) {
        final RatioContract contract =
                new RatioContract("a", "b", OptionalDouble.of(0.5), OptionalDouble.of(2), "queue against map");
        return RatioRule.judge(contract, new Interval((lower + upper) / 2 - 1, lower - 1, upper - 1, 0.95, 0.01));
    }
}
