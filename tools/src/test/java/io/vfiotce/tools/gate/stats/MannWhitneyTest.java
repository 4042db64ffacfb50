package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shift between unpaired samples. */
class MannWhitneyTest {
    static List<JsonNode> golden() throws IOException {
        return Golden.cases("mannWhitney");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void shouldAgreeWithSciPy(final JsonNode golden) {
        final double[] base = Golden.numbers(golden.get("base"));
        final double[] head = Golden.numbers(golden.get("head"));
        final Effect effect = MannWhitney.effect(base, head, 0.05);
        assertEquals(golden.get("p").asDouble(), MannWhitney.pAbove(base, head, 0), Golden.TOLERANCE);
        assertEquals(golden.get("estimate").asDouble(), effect.estimate(), Golden.TOLERANCE);
        if (golden.has("bounds")) {
            assertEquals(golden.get("bounds").get(0).asDouble(), effect.lower(), Golden.TOLERANCE);
            assertEquals(golden.get("bounds").get(1).asDouble(), effect.upper(), Golden.TOLERANCE);
        }
    }

    @Test
    void shouldSayNothingWhenEverythingIsTied() {
        assertEquals(1, MannWhitney.pAbove(new double[] {2, 2, 2}, new double[] {3, 3, 3}, 1));
    }

    @Test
    void shouldHaveNoBoundsWhenOneForkEachIsAllThereIs() {
        final Effect effect = MannWhitney.effect(new double[] {1}, new double[] {2}, 0.05);
        assertEquals(new Effect(1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY), effect);
    }
}
