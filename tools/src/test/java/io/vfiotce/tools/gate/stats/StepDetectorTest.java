package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps in a history. */
class StepDetectorTest {
    /** Figures that are multiplied by a factor at each of some places. */
    private static double[] history(final int n, final double noise, final double factor, final int... places) {
        final Random random = new Random(n);
        final double[] figures = new double[n];
        double level = 50;
        int next = 0;
        for (int i = 0; i < n; i++) {
            if (next < places.length && places[next] == i) {
                level *= factor;
                next++;
            }
            figures[i] = level * Math.exp(noise * random.nextGaussian());
        }
        return figures;
    }

    @ParameterizedTest
    @CsvSource({"30, 25, 1.05", "30, 25, 0.9", "15, 10, 1.2", "100, 50, 1.03"})
    void shouldFindAStepWhereItIs(final int n, final int place, final double factor) {
        final List<Step> steps = StepDetector.steps(history(n, 0.001, factor, place));
        assertEquals(1, steps.size(), steps.toString());
        assertEquals(place, steps.get(0).index());
        assertEquals(factor - 1, steps.get(0).effect(), 0.002);
        assertTrue(steps.get(0).p() <= 0.001);
    }

    @Test
    void shouldFindEachStepWhenThereAreTwo() {
        assertEquals(
                List.of(30, 60),
                StepDetector.steps(history(90, 0.001, 1.1, 30, 60)).stream()
                        .map(Step::index)
                        .toList());
    }

    @Test
    void shouldFindNothingWhenNothingHappened() {
        assertEquals(List.of(), StepDetector.steps(history(200, 0.01, 1)));
        assertEquals(List.of(), StepDetector.steps(history(30, 0.001, 1.015, 25)), "below two percent");
        assertEquals(List.of(), StepDetector.steps(history(30, 0.001, 1.1, 26)), "four figures are too few");
        assertEquals(List.of(), StepDetector.steps(history(14, 0.001, 1.1, 9)), "nine before are too few");
        assertEquals(List.of(), StepDetector.steps(new double[0]));
    }

    @Test
    void shouldRefuseWhenAFigureIsNone() {
        assertThrows(BadInputException.class, () -> StepDetector.steps(new double[] {1, Double.NaN}));
    }
}
