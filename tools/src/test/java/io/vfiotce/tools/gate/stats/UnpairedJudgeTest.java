package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored results without pairs. */
class UnpairedJudgeTest {
    private final UnpairedJudge judge = new UnpairedJudge(0.05, 0.01, 0.01, 2);

    private static double[] forks(final int n, final double spread, final double middle) {
        return Noise.figures(n, spread, middle, Math.round(1000 * middle));
    }

    @ParameterizedTest
    @CsvSource({
        "0.004, 1.10, FAIL",
        "0.004, 1.04, WARN",
        "0.004, 1.02, PASS",
        "0.004, 1.00, PASS",
        "0.004, 0.90, IMPROVED",
        "0.30, 1.00, INCONCLUSIVE"
    })
    void shouldJudgeByWhatIsShownWhenTheMachineIsTheSame(
            final double spread, final double head, final Verdict verdict) {
        final Judgement judgement =
                judge.sameMachine(Noise.figures(10, spread, 1, 5), Noise.figures(10, spread, head, 6));
        assertEquals(verdict, judgement.verdict(), judgement.reason());
        assertTrue(judgement.reason().contains("unpaired"), judgement.reason());
        assertEquals(head - 1, judgement.interval().effect(), spread);
    }

    @Test
    void shouldBeInconclusiveWhenForksAreTooFew() {
        final Judgement judgement = judge.sameMachine(forks(1, 0.01, 1), forks(1, 0.01, 2));
        assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
        assertNull(judgement.interval());
        assertEquals(1.0, judgement.figures().get("base.forks"));
    }

    @ParameterizedTest
    @CsvSource({"0.5", "0.9", "1.0", "1.06", "1.3", "1.6"})
    void shouldNeverPassWhenTheMachineIsAnother(final double head) {
        final Judgement judgement = judge.otherMachine(forks(50, 0.001, 1), forks(50, 0.001, head));
        assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
        assertTrue(judgement.interval().smallestDetectable() > 0.6);
    }

    @Test
    void shouldFailWhenTheTripwireOfAnotherMachineIsBroken() {
        final Judgement judgement = judge.otherMachine(forks(10, 0.01, 1), forks(10, 0.01, 2));
        assertEquals(Verdict.FAIL, judgement.verdict());
        assertEquals(1.05 * Math.exp(0.45) - 1, judgement.figures().get("tripwire"), 0.01);
        assertTrue(judgement.reason().contains("tripwire"), judgement.reason());
    }

    @Test
    void shouldJudgeWithOneForkWhenTheMachineIsAnother() {
        assertEquals(
                Verdict.FAIL,
                judge.otherMachine(new double[] {1}, new double[] {3}).verdict());
    }

    @Test
    void shouldRefuseWhenThereIsNothingToJudge() {
        assertThrows(BadInputException.class, () -> judge.sameMachine(new double[0], new double[] {1}));
        assertThrows(BadInputException.class, () -> judge.otherMachine(new double[] {1}, new double[0]));
        assertThrows(BadInputException.class, () -> judge.sameMachine(new double[] {1}, new double[] {-1}));
        assertThrows(BadInputException.class, () -> new UnpairedJudge(0.01, 0.01, 0.01, 1));
    }

    @Test
    void shouldAskForMoreWhenMoreRowsAreJudged() {
        final double[] base = {1.00, 1.01, 1.02, 1.03, 1.04};
        final double[] head = {1.30, 1.31, 1.32, 1.33, 1.34};
        assertEquals(Verdict.FAIL, judge.sameMachine(base, head).verdict());
        assertEquals(
                Verdict.MISSING,
                new UnpairedJudge(0.05, 0.01, 0.01, 3).sameMachine(base, head).verdict());
        assertEquals(
                Verdict.PASS,
                new UnpairedJudge(0.05, 0.01, 0.01, 3).sameMachine(base, base).verdict());
    }

    @Test
    void shouldWarnWhenFewForksDifferButNotAsFarAsTheyCan() {
        final UnpairedJudge three = new UnpairedJudge(0.05, 0.01, 0.01, 3);
        final double[] base = {1.00, 1.01, 1.02, 1.03, 1.04};
        // The least of the head's is above the greatest of the base's, but not by more than the limit.
        assertEquals(
                Verdict.WARN,
                three.sameMachine(base, new double[] {1.08, 1.09, 1.10, 1.11, 1.12})
                        .verdict());
        assertEquals(
                Verdict.WARN,
                three.sameMachine(base, new double[] {1.03, 1.09, 1.10, 1.11, 1.12})
                        .verdict());
        assertEquals(
                Verdict.MISSING,
                three.sameMachine(base, new double[] {1.10, 1.11, 1.12, 1.13, 1.14})
                        .verdict());
    }
}
