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

/** The label-swap test of the fast mode. */
class LabelSwapTest {
    static List<JsonNode> golden() throws IOException {
        return Golden.cases("labelSwap");
    }

    private static ForkPairs pairs(final JsonNode golden) {
        return ForkPairs.of(
                Arrays.stream(Golden.numbers(golden.get("base"))).map(Math::exp).toArray(),
                Arrays.stream(Golden.numbers(golden.get("head"))).map(Math::exp).toArray());
    }

    @ParameterizedTest
    @MethodSource("golden")
    void shouldAgreeWithEnumerationOfAllExchanges(final JsonNode golden) {
        final ForkPairs pairs = pairs(golden);
        assertEquals(golden.get("estimate").asDouble(), LabelSwap.estimate(pairs), Golden.TOLERANCE);
        for (final JsonNode shiftAndP : golden.get("p")) {
            final double shift = shiftAndP.get(0).asDouble();
            assertEquals(shiftAndP.get(1).asDouble(), LabelSwap.pAbove(pairs, shift), Golden.TOLERANCE);
        }
        for (final JsonNode bounds : golden.get("bounds")) {
            final Effect effect = LabelSwap.effect(pairs, bounds.get(0).asDouble());
            assertEquals(Golden.bound(bounds, 1, Double.NEGATIVE_INFINITY), effect.lower(), Golden.TOLERANCE);
            assertEquals(Golden.bound(bounds, 2, Double.POSITIVE_INFINITY), effect.upper(), Golden.TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void shouldRejectNoMoreThanItsLevelWhenAllExchangesAreTried(final double slow) {
        final double[] x = {1, 1.1, 1.2 + slow, 1.15, 1.02, 1.3, 1.07, 1.11, 1.01};
        final double[] y = {1.05, 1.1, 1.25, 1.01, 1.5, 1.31, 1.2, 1.14 + slow, 1.03};
        final double[] p = new double[1 << x.length];
        for (int exchange = 0; exchange < p.length; exchange++) {
            final double[] base = x.clone();
            final double[] head = y.clone();
            for (int i = 0; i < x.length; i++) {
                if ((exchange >> i & 1) != 0) {
                    base[i] = y[i];
                    head[i] = x[i];
                }
            }
            p[exchange] = LabelSwap.pAbove(ForkPairs.of(base, head), 0);
        }
        Arrays.sort(p);
        for (int i = 0; i < p.length; i++) {
            assertTrue(p[i] >= (i + 1.0) / p.length - 1e-12, "p-value " + p[i] + " at place " + i);
        }
    }

    @Test
    void shouldAgreeWithRandomExchangesWhenThereAreTooManyToList() {
        final ForkPairs pairs = Noise.pairs(40, 0.05, 0.03, 5);
        final double observed = LabelSwap.estimate(pairs);
        final Coins coins = new Coins(6);
        final int draws = 40_000;
        int hits = 0;
        for (int i = 0; i < draws; i++) {
            hits += LabelSwap.estimate(pairs.flipped(coins)) >= observed ? 1 : 0;
        }
        final double p = LabelSwap.pAbove(pairs, 0);
        assertEquals(p, (double) hits / draws, 4 * Math.sqrt(p * (1 - p) / draws));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 12, 24, 60})
    void shouldHaveBoundsWhereTheTestTurnsWhenTheShiftGrows(final int n) {
        final ForkPairs pairs = Noise.pairs(n, 0.03, 0.05, n);
        final double lower = LabelSwap.lowerBound(pairs, 0.05);
        assertTrue(LabelSwap.pAbove(pairs, lower - 1e-9) <= 0.05);
        assertTrue(LabelSwap.pAbove(pairs, lower + 1e-9) > 0.05);
        double last = 0;
        for (int i = -100; i <= 100; i++) {
            final double p = LabelSwap.pAbove(pairs, ForkPairs.onGrid(0.05 + i * 0.002));
            assertTrue(p >= last - 1e-12, "the p-value fell at step " + i);
            last = p;
        }
    }

    @Test
    void shouldHaveNoBoundsWhenFivePairsCannotReject() {
        final Effect effect = LabelSwap.effect(Noise.pairs(5, 0.01, 0, 1), 0.01);
        assertEquals(Double.POSITIVE_INFINITY, effect.width());
    }

    @Test
    void shouldMirrorToTheLastBitWhenTheArmsAreExchanged() {
        final ForkPairs pairs = Noise.pairs(24, 0.05, 0.02, 9);
        final Effect effect = LabelSwap.effect(pairs, 0.05);
        assertEquals(
                new Effect(-effect.estimate(), -effect.upper(), -effect.lower()),
                LabelSwap.effect(pairs.exchanged(), 0.05));
        assertEquals(
                LabelSwap.pAbove(pairs, ForkPairs.logOf(0.01)),
                LabelSwap.pBelow(pairs.exchanged(), -ForkPairs.logOf(0.01)));
    }

    @Test
    void shouldNotNoticeWhenAThirdOfTheForksAreInASlowRegime() {
        final double[] base = Noise.figures(24, 0.01, 2, 1);
        final double[] head = Noise.figures(24, 0.01, 2.1, 2);
        for (int i = 0; i < 4; i++) {
            base[6 * i] *= 1.4;
            head[6 * i + 1] *= 1.4;
        }
        final ForkPairs pairs = ForkPairs.of(base, head);
        assertTrue(SignedRank.pAbove(pairs.differences(), ForkPairs.logOf(0.01)) > 0.01);
        assertTrue(LabelSwap.pAbove(pairs, ForkPairs.logOf(0.01)) < 1e-3);
    }
}
