package io.vfiotce.tools.gate.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowerFiguresTest {
    private static final JudgeSettings SETTINGS = JudgeSettings.standard(0.05, 4, 12, 24, 1);

    /** Pairs with a noise of some percents, and an effect that must not matter. */
    private static ForkPairs recorded(final int count, final double noise, final double effect) {
        final SplittableRandom random = new SplittableRandom(5);
        final double[] base = random.doubles(count, 10, 10 * (1 + noise)).toArray();
        final double[] head =
                random.doubles(count, 10 * effect, 10 * effect * (1 + noise)).toArray();
        return ForkPairs.of(base, head);
    }

    @Test
    void shouldNeedMorePairsWhenTheSlowdownIsSmallOrTheNoiseLarge() {
        final PowerFigures large = PowerFigures.of(recorded(24, 0.06, 1), SETTINGS, 0.10);
        final PowerFigures small = PowerFigures.of(recorded(24, 0.06, 1), SETTINGS, 0.03);
        final PowerFigures noisy = PowerFigures.of(recorded(24, 0.20, 1), SETTINGS, 0.10);
        assertTrue(small.confirmPairs() > large.confirmPairs(), small + " " + large);
        assertTrue(noisy.confirmPairs() > large.confirmPairs(), noisy + " " + large);
        assertTrue(large.shares().orElseThrow().fail() > 0.9, large.line());
        assertTrue(
                noisy.shares().orElseThrow().fail()
                        < large.shares().orElseThrow().fail(),
                noisy.line());
    }

    @Test
    void shouldTakeTheEffectOutWhenTheRecordedPairsHaveOne() {
        assertEquals(
                PowerFigures.of(recorded(24, 0.06, 1), SETTINGS, 0.05).confirmPairs(),
                PowerFigures.of(recorded(24, 0.06, 1.5), SETTINGS, 0.05).confirmPairs());
        final double pass = PowerFigures.of(recorded(24, 0.06, 0.5), SETTINGS, 0.10)
                .shares()
                .orElseThrow()
                .pass();
        assertEquals(0, pass);
    }

    @Test
    void shouldDrawNoRunsWhenFewerPairsAreRecordedThanAStageTakes() {
        final PowerFigures figures = PowerFigures.of(recorded(23, 0.06, 1), SETTINGS, 0.05);
        assertTrue(figures.shares().isEmpty());
        assertTrue(figures.line().endsWith("; too few are recorded to draw runs from"), figures.line());
    }

    @Test
    void shouldRefuseASlowdownWhenTheMarginHidesIt() {
        assertThrows(BadInputException.class, () -> PowerFigures.of(recorded(24, 0.06, 1), SETTINGS, 0.01));
    }
}
