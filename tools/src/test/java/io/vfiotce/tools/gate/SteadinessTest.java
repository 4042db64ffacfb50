package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Iterations of a fork that trend or jump. */
class SteadinessTest {
    private static final List<Double> FLAT = List.of(10.0, 10.1, 10.2, 10.3, 10.4);

    private static List<Pair> pairs(final List<Double> base, final List<Double> head, final int unsteady) {
        final List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pairs.add(new Pair(
                    1,
                    i,
                    true,
                    0,
                    new Iterations(10, i < unsteady ? base : FLAT),
                    new Iterations(10, i < unsteady ? head : FLAT),
                    ""));
        }
        return pairs;
    }

    @Test
    void shouldCountForksWhoseMiddleIterationIsAboveTheLeastByMoreThanTheLimit() {
        final List<Double> jump = List.of(10.0, 10.0, 11.0, 11.0, 11.0);
        final Steadiness steadiness = Steadiness.of(pairs(FLAT, jump, 3), 0.05);
        assertEquals(0, steadiness.base());
        assertEquals(3.0 / 8, steadiness.head());
        assertFalse(steadiness.isSteady());
        assertTrue(Steadiness.of(pairs(FLAT, jump, 2), 0.05).isSteady(), "a quarter may");
        assertFalse(Steadiness.of(pairs(jump, FLAT, 3), 0.05).isSteady(), "either arm");
        assertTrue(Steadiness.of(pairs(FLAT, jump, 8), 0.11).isSteady());
    }

    @Test
    void shouldNotCountALoneSlowIteration() {
        assertTrue(Steadiness.of(pairs(FLAT, List.of(30.0, 10.0, 10.0, 10.0, 30.0), 8), 0.05)
                .isSteady());
    }

    @Test
    void shouldTakeTheSlowerOfTheMiddleTwo() {
        final Steadiness steadiness = Steadiness.of(pairs(FLAT, List.of(12.0, 10.0, 11.0, 10.0), 8), 0.05);
        assertEquals(1, steadiness.head());
        assertEquals(11, steadiness.byMiddle().get(0).head().value());
        assertEquals(10.2, steadiness.byMiddle().get(0).base().value());
    }
}
