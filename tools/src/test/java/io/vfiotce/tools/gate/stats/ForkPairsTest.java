package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures as logarithms, and the seeded coins. */
class ForkPairsTest {
    private static Pair pair(final int stage, final int number, final double base, final double head) {
        return new Pair(stage, number, true, 0, new Iterations(base, List.of()), new Iterations(head, List.of()), "");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-300})
    void shouldRefuseWhenAFigureIsNoTime(final double figure) {
        assertThrows(BadInputException.class, () -> ForkPairs.of(new double[] {1, figure}, new double[] {1, 1}));
        assertThrows(BadInputException.class, () -> ForkPairs.of(new double[] {1, 1}, new double[] {1, figure}));
    }

    @Test
    void shouldRefuseWhenAForkHasNoPartner() {
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> ForkPairs.of(new double[] {1, 2}, new double[] {1}));
        assertEquals("2 forks of base and 1 of head do not make pairs", refused.getMessage());
    }

    @Test
    void shouldTakeTheStagesApartWhenPairsOfBothAreGiven() {
        final List<Pair> pairs = List.of(pair(1, 0, 1, 2), pair(2, 0, 1, 4), pair(1, 1, 1, 8));
        assertArrayEquals(
                new double[] {Math.log(2), Math.log(8)},
                ForkPairs.ofStage(pairs, 1).differences(),
                1e-13);
        assertEquals(1, ForkPairs.ofStage(pairs, 2).size());
        assertEquals(0, ForkPairs.ofStage(pairs, 3).size());
    }

    @Test
    void shouldSeeATieWhenRatiosAreEqualInOtherUnits() {
        final double[] d = ForkPairs.of(new double[] {1, 3, 0.7, 2}, new double[] {1.1, 3.3, 0.77, 1.8})
                .differences();
        assertEquals(d[0], d[1]);
        assertEquals(d[0], d[2]);
    }

    @Test
    void shouldKeepEachPairTogetherWhenCoinsExchangeItsFigures() {
        final ForkPairs pairs = Noise.pairs(200, 0.1, 0.5, 3);
        final ForkPairs flipped = pairs.flipped(new Coins(4));
        int exchanged = 0;
        for (int i = 0; i < pairs.size(); i++) {
            final boolean now = flipped.base()[i] == pairs.head()[i];
            assertEquals(now ? pairs.base()[i] : pairs.head()[i], flipped.head()[i]);
            assertEquals(now ? -pairs.differences()[i] : pairs.differences()[i], flipped.differences()[i]);
            exchanged += now ? 1 : 0;
        }
        assertEquals(100, exchanged, 30);
    }

    @Test
    void shouldSlowOnlyTheHeadWhenASlowdownIsPlanted() {
        final ForkPairs slowed =
                ForkPairs.of(new double[] {2}, new double[] {4}).slowed(0.25);
        assertEquals(Math.log(2), slowed.base()[0], 1e-13);
        assertEquals(Math.log(5), slowed.head()[0], 1e-13);
        assertEquals(Math.log(2.5), slowed.differences()[0], 1e-13);
    }

    @Test
    void shouldTossTheSameCoinsWhenTheSeedIsTheSameOnAnyJdk() {
        final Coins coins = new Coins(42);
        final StringBuilder tossed = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            tossed.append(coins.toss() ? 'H' : 'T').append(coins.below(10));
        }
        assertEquals("H1T2H3T0H8T2T8H3T6H2H4H5", tossed.toString());
    }

    @Test
    void shouldDrawEveryNumberAboutEquallyOftenWhenBelowABound() {
        final Coins coins = new Coins(1);
        final int[] counts = new int[7];
        for (int i = 0; i < 7000; i++) {
            counts[coins.below(7)]++;
        }
        for (final int count : counts) {
            assertTrue(Math.abs(count - 1000) < 150, "drawn " + count + " times");
        }
    }
}
