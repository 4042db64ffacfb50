package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Interval;
import org.junit.jupiter.api.Test;

/** Ratios of rows. */
class RatioBoundsTest {
    private static final double[] ONES = {1, 1, 1, 1, 1, 1, 1, 1};
    private static final double[] RATIOS = {2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7};

    @Test
    void shouldBoundByTheLevelOfTheFamily() {
        final ForkPairs pairs = ForkPairs.of(ONES, RATIOS);
        // Eight pairs: a rank sum of at most 1 has the probability 2/256, one of 0 half of that.
        final Interval alone = new RatioBounds(0.01, 1, 8).of(pairs);
        assertEquals(Math.sqrt(2.0 * 2.1) - 1, alone.lower(), 1e-12);
        assertEquals(Math.sqrt(2.7 * 2.6) - 1, alone.upper(), 1e-12);
        assertEquals(0.98, alone.level(), 1e-12);
        final Interval oneOfTwo = new RatioBounds(0.01, 2, 8).of(pairs);
        assertEquals(2.0 - 1, oneOfTwo.lower(), 1e-12);
        assertEquals(2.7 - 1, oneOfTwo.upper(), 1e-12);
        assertEquals(alone.effect(), oneOfTwo.effect());
        assertEquals(0.99, oneOfTwo.level(), 1e-12);
    }

    @Test
    void shouldErrNoMoreOftenAmongManyThanTheLevelSays() {
        final int runs = 2000;
        final int ratios = 10;
        int wrong = 0;
        int wrongAlone = 0;
        for (int run = 0; run < runs; run++) {
            boolean any = false;
            boolean anyAlone = false;
            for (int i = 0; i < ratios; i++) {
                final ForkPairs pairs = Noise.pairs(12, 0.05, 0, 1000L * run + i);
                any |= new RatioBounds(0.05, ratios, 12).of(pairs).lower() > 0;
                anyAlone |= new RatioBounds(0.05, 1, 12).of(pairs).lower() > 0;
            }
            wrong += any ? 1 : 0;
            wrongAlone += anyAlone ? 1 : 0;
        }
        assertTrue(wrong <= 0.06 * runs, "wrong in " + wrong);
        assertTrue(wrongAlone > 0.2 * runs, "what the level is for: " + wrongAlone);
    }

    @Test
    void shouldRefuseFewerPairsThanHaveBounds() {
        new RatioBounds(0.01, 5, 9);
        final BadInputException e = assertThrows(BadInputException.class, () -> new RatioBounds(0.01, 6, 9));
        assertEquals("9 pairs cannot show anything about 6 limits of ratios; it takes 10", e.getMessage());
    }
}
