package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The smallest slowdown that could have been seen. */
class DetectableEffectTest {
    private final JudgeSettings settings = JudgeSettings.standard(0.05, 12, 12, 24, 7);

    @Test
    void shouldFollowTheFormulaWhenTheSpreadIsKnown() {
        final double[] base = {1, 1, 1, 1, 1};
        final double[] head = {Math.exp(-0.02), Math.exp(-0.01), 1, Math.exp(0.01), Math.exp(0.02)};
        final ForkPairs pairs = ForkPairs.of(base, head);
        // s = 0.014826; (z(0.975) + z(0.95)) s / sqrt(12 * 3 / pi) = 0.0157850...
        assertEquals(
                1.01 * Math.exp((1.959963984540054 + 1.6448536269514722) * 0.014826 / Math.sqrt(36 / Math.PI)) - 1,
                DetectableEffect.byFormula(pairs, 12, 0.05, 0.01),
                1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0.50, 0.001", "0.05, 0.01", "0.03, 0.02", "0.10, 0.05"})
    void shouldAskForThePairsThatTheFormulaTakes(final double slowdown, final double spread) {
        final ForkPairs pairs = Noise.pairs(24, spread, 0, 3);
        final int needed = DetectableEffect.pairsNeeded(pairs, slowdown, 0.05, 0.01);
        assertTrue(DetectableEffect.byFormula(pairs, needed, 0.05, 0.01) <= slowdown);
        assertTrue(needed >= 6, "with fewer pairs nothing can be rejected");
        assertTrue(needed == 6 || DetectableEffect.byFormula(pairs, needed - 1, 0.05, 0.01) > slowdown);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.1})
    void shouldFindWhatItSaysIsFoundNearlyAlways(final double spread) {
        final ForkPairs pairs = Noise.pairs(12, spread, 0.04, 5);
        final double smallest = DetectableEffect.bySimulation(pairs, 12, 0.05, settings);
        assertEquals(0.95, found(pairs, smallest), 0.03);
        assertTrue(found(pairs, 0.6 * smallest) < 0.9);
    }

    @Test
    void shouldNotDependOnTheEffectWhenItIsTakenOut() {
        final ForkPairs pairs = Noise.pairs(12, 0.03, 0, 5);
        assertEquals(
                DetectableEffect.bySimulation(pairs, 24, 0.05, settings),
                DetectableEffect.bySimulation(pairs.slowed(0.5), 24, 0.05, settings),
                1e-9);
    }

    /** Share of other coins with which the stage objects to a planted slowdown. */
    private double found(final ForkPairs pairs, final double slowdown) {
        final ForkPairs centred = pairs.movedBy(ForkPairs.onGrid(-SignedRank.estimate(pairs.differences())));
        final Coins coins = new Coins(99);
        int found = 0;
        for (int i = 0; i < 1000; i++) {
            found += new StageTests(centred.flipped(coins).slowed(slowdown), settings).object(0.05) ? 1 : 0;
        }
        return found / 1000.0;
    }
}
