package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signed-rank test, the Hodges-Lehmann estimate and its bounds. */
class SignedRankTest {
    static List<JsonNode> golden() throws IOException {
        return Golden.cases("signedRank");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void shouldAgreeWithSciPyWhenTiesAndZerosAreThereOrNot(final JsonNode golden) {
        final double[] d = Golden.numbers(golden.get("d"));
        assertEquals(golden.get("p").asDouble(), SignedRank.pAbove(d, 0), Golden.TOLERANCE);
        assertEquals(golden.get("estimate").asDouble(), SignedRank.estimate(d), Golden.TOLERANCE);
        for (final JsonNode bounds : golden.get("bounds")) {
            final Effect effect = SignedRank.effect(d, bounds.get(0).asDouble());
            assertEquals(Golden.bound(bounds, 1, Double.NEGATIVE_INFINITY), effect.lower(), Golden.TOLERANCE);
            assertEquals(Golden.bound(bounds, 2, Double.POSITIVE_INFINITY), effect.upper(), Golden.TOLERANCE);
        }
    }

    @Test
    void shouldCoverFiveToSixtyPairsWhenComparedWithSciPy() throws IOException {
        final int[] sizes =
                golden().stream().mapToInt(g -> g.get("d").size()).sorted().toArray();
        assertEquals(5, sizes[0]);
        assertTrue(Arrays.stream(sizes).filter(n -> n == 60).count() >= 4);
        assertTrue(Arrays.stream(sizes).anyMatch(n -> n > 60), "the approximation too");
    }

    /** Validity: among all exchanges of the same pairs, a p-value of at most a comes in at most the share a. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25})
    void shouldRejectNoMoreThanItsLevelWhenAllSignsAreTried(final double tie) {
        final double[] sizes = {0.1, 0.2, 0.25, 0.3, tie, 0.5, 0.7, 0.9, 1.1, tie};
        final double[] p = new double[1 << sizes.length];
        for (int signs = 0; signs < p.length; signs++) {
            final double[] d = sizes.clone();
            for (int i = 0; i < d.length; i++) {
                d[i] *= (signs >> i & 1) == 0 ? 1 : -1;
            }
            p[signs] = SignedRank.pAbove(d, 0);
        }
        Arrays.sort(p);
        for (int i = 0; i < p.length; i++) {
            assertTrue(p[i] >= (i + 1.0) / p.length - 1e-12, "p-value " + p[i] + " at place " + i);
        }
    }

    @Test
    void shouldStayCloseToExactWhenTheApproximationTakesOver() {
        final double exact = SignedRank.tailCount(60, 0.05);
        assertEquals(exact, 690, 1, "R: qsignrank(0.05, 60) - 1 = 690");
        final int beyond = SignedRank.tailCount(61, 0.05);
        assertTrue(beyond > exact && beyond < exact + 30, "61 pairs: " + beyond);
    }

    @Test
    void shouldSayNothingWhenAllDifferencesEqualTheShift() {
        assertEquals(1, SignedRank.pAbove(new double[70], 0));
        assertEquals(1, SignedRank.pAbove(new double[7], 0));
    }

    @Test
    void shouldMirrorWhenTheSignChanges() {
        final double[] d = {0.5, -0.25, 0.75, 0.125, 1.5, -0.0625};
        final double[] mirrored = Arrays.stream(d).map(x -> -x).toArray();
        assertEquals(SignedRank.pAbove(d, 0.25), SignedRank.pBelow(mirrored, -0.25));
        final Effect effect = SignedRank.effect(d, 0.05);
        assertEquals(
                new Effect(-effect.estimate(), -effect.upper(), -effect.lower()), SignedRank.effect(mirrored, 0.05));
    }
}
