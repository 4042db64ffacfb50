package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdict table. */
class JudgeTest {
    private static final ForkPairs NOT_RUN = ForkPairs.of(new double[0], new double[0]);

    private final JudgeSettings settings = JudgeSettings.standard(0.05, 12, 12, 24, 7);
    private final Judge judge = new Judge(settings);

    private static ForkPairs first(final double spread, final double slowdown) {
        return Noise.pairs(12, spread, slowdown, 11);
    }

    private static ForkPairs second(final double spread, final double slowdown) {
        return Noise.pairs(24, spread, slowdown, 12);
    }

    @Test
    void shouldFailWhenBothStagesObject() {
        final Judgement judgement = judge.judge(first(0.01, 0.08), second(0.01, 0.08));
        assertEquals(Verdict.FAIL, judgement.verdict());
        assertEquals(0.08, judgement.interval().effect(), 0.01);
        assertTrue(judgement.interval().lower() > 0.05);
        assertEquals(0.9, judgement.interval().level(), 1e-12);
        assertTrue(
                judgement.reason().startsWith("12 pairs of forks showed a slowdown and 24 fresh pairs confirmed it"));
    }

    @Test
    void shouldWarnWhenTheSecondStageClearsTheRow() {
        final Judgement judgement = judge.judge(first(0.01, 0.08), second(0.01, 0));
        assertEquals(Verdict.WARN, judgement.verdict());
        assertEquals(0, judgement.interval().effect(), 0.01, "the effect comes from the fresh pairs alone");
        assertTrue(judgement.reason().contains("by 24 fresh pairs it is less than 5.0 %"), judgement.reason());
    }

    @Test
    void shouldBeInconclusiveWhenTheSecondStageNeitherConfirmsNorClears() {
        final Judgement judgement = judge.judge(first(0.01, 0.08), second(0.3, 0));
        assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
        assertTrue(
                judgement.reason().startsWith("the first stage showed a slowdown, which fresh pairs neither confirm"),
                judgement.reason());
    }

    @Test
    void shouldBeMissingWhenTheSecondStageWasNotRun() {
        final Judgement judgement = judge.judge(first(0.01, 0.08), NOT_RUN);
        assertEquals(Verdict.MISSING, judgement.verdict());
        assertTrue(judgement.reason().contains("was not run"), judgement.reason());
    }

    @Test
    void shouldPassWhenTheSlowdownIsShownToBeBelowTheLimit() {
        final Judgement judgement = judge.judge(first(0.01, 0), NOT_RUN);
        assertEquals(Verdict.PASS, judgement.verdict());
        assertTrue(judgement.interval().upper() < 0.05);
        assertTrue(judgement.interval().smallestDetectable() < 0.05);
    }

    @Test
    void shouldPassWhenASlowdownIsShownButBelowHalfTheLimit() {
        final ForkPairs small = first(0.002, 0.018);
        assertTrue(SignedRank.pAbove(small.differences(), settings.logMargin()) < 0.025, "it is shown");
        assertEquals(Verdict.PASS, judge.judge(small, NOT_RUN).verdict());
    }

    @Test
    void shouldWarnWhenTheConfirmedSlowdownIsBelowHalfTheLimit() {
        final ForkPairs small = second(0.002, 0.018);
        assertTrue(SignedRank.pAbove(small.differences(), settings.logMargin()) < 1e-4, "it is shown");
        assertEquals(Verdict.WARN, judge.judge(first(0.01, 0.08), small).verdict());
    }

    @Test
    void shouldBeInconclusiveWhenNoiseHidesEverything() {
        final Judgement judgement = judge.judge(first(0.2, 0), NOT_RUN);
        assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
        assertTrue(judgement.interval().smallestDetectable() > 0.05);
        assertTrue(judgement.reason().startsWith("the measurement is too noisy"), judgement.reason());
    }

    @Test
    void shouldNotPassWhenOnlyTheSlowModeBecameSlower() {
        final double[] base = Noise.figures(12, 0.003, 1, 1);
        final double[] head = Noise.figures(12, 0.003, 1, 2);
        for (int i = 0; i < 5; i++) {
            base[i] *= 1.4;
            head[i] *= 1.4 * 1.12;
        }
        final ForkPairs pairs = ForkPairs.of(base, head);
        assertTrue(LabelSwap.pBelow(pairs, settings.logLimit()) <= 0.05, "the fast mode alone would pass");
        assertEquals(Verdict.INCONCLUSIVE, judge.verdictUnflagged(pairs));
    }

    @Test
    void shouldNotPassWhenOnlyTheFastModeBecameSlower() {
        final double[] base = Noise.figures(12, 0.003, 1, 1);
        final double[] head = Noise.figures(12, 0.003, 1, 2);
        for (int i = 0; i < 3; i++) {
            base[i] *= 0.9;
            head[i] *= 0.97;
        }
        final ForkPairs pairs = ForkPairs.of(base, head);
        assertTrue(
                SignedRank.pBelow(pairs.differences(), settings.logLimit()) <= 0.05,
                "the broad effect alone would pass");
        assertEquals(Verdict.INCONCLUSIVE, judge.verdictUnflagged(pairs));
    }

    @Test
    void shouldFailByTheFastModeWhenRegimesBlindTheBroadEffect() {
        final double[] base = Noise.figures(36, 0.005, 2, 1);
        final double[] head = Noise.figures(36, 0.005, 2.16, 2);
        for (int i = 0; i < 6; i++) {
            base[6 * i] *= 1.4;
            head[6 * i + 1] *= 1.4;
        }
        final ForkPairs first = ForkPairs.of(Arrays.copyOf(base, 12), Arrays.copyOf(head, 12));
        final ForkPairs second = ForkPairs.of(Arrays.copyOfRange(base, 12, 36), Arrays.copyOfRange(head, 12, 36));
        assertFalse(new StageTests(second, settings).broadObjects(settings.confirmAlpha()));
        final Judgement judgement = judge.judge(first, second);
        assertEquals(Verdict.FAIL, judgement.verdict());
        assertEquals(0.08, judgement.interval().effect(), 0.01);
        assertEquals(judgement.figures().get("second.phi"), judgement.interval().effect());
    }

    @Test
    void shouldFlipTheSignWhenTheArmsAreExchanged() {
        final ForkPairs slower = first(0.01, 0.08);
        final Judgement forward = judge.judge(slower, second(0.01, 0.08));
        final Judgement backward =
                judge.judge(slower.exchanged(), second(0.01, 0.08).exchanged());
        assertEquals(Verdict.FAIL, forward.verdict());
        assertEquals(Verdict.IMPROVED, backward.verdict());
        final Map<String, Double> to = forward.figures();
        final Map<String, Double> back = backward.figures();
        for (final String effect : new String[] {"first.theta", "first.phi"}) {
            assertEquals(-Math.log1p(to.get(effect)), Math.log1p(back.get(effect)), 1e-12);
            assertEquals(-Math.log1p(to.get(effect + ".lower")), Math.log1p(back.get(effect + ".upper")), 1e-12);
            assertEquals(to.get(effect + ".p.slower"), back.get(effect + ".p.faster"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1e-9, 0.03", "7.3, 0.03", "1e6, 0", "0.1, 0.08"})
    void shouldSayTheSameWhenTheUnitChanges(final double unit, final double slowdown) {
        final double[] base = Noise.figures(12, 0.01, 1.7, 21);
        final double[] head = Noise.figures(12, 0.01, 1.7 * (1 + slowdown), 22);
        final Judgement one = judge.judge(ForkPairs.of(base, head), NOT_RUN);
        final Judgement other = judge.judge(
                ForkPairs.of(
                        Arrays.stream(base).map(x -> x * unit).toArray(),
                        Arrays.stream(head).map(x -> x * unit).toArray()),
                NOT_RUN);
        assertEquals(one.verdict(), other.verdict());
        assertEquals(one.reason(), other.reason());
        one.figures()
                .forEach((name, value) -> assertEquals(value, other.figures().get(name), 1e-12, name));
    }

    @Test
    void shouldIgnoreTheSecondStageWhenTheFirstDidNotObject() {
        final Judgement judgement = judge.judge(first(0.01, 0), second(0.01, 0.2));
        assertEquals(Verdict.PASS, judgement.verdict());
        assertEquals(0, judgement.interval().effect(), 0.01);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 13})
    void shouldRefuseWhenAStageHasOtherPairsThanWerePlanned(final int n) {
        final ForkPairs wrong = Noise.pairs(n, 0.01, 0.08, 1);
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> judge.judge(wrong, second(0.01, 0.08)));
        assertTrue(refused.getMessage().contains("has " + n + " pairs and was planned with 12"), refused.getMessage());
        assertThrows(BadInputException.class, () -> judge.judge(first(0.01, 0.08), wrong));
    }

    @Test
    void shouldGiveTheSameBytesWhenAskedTwice() {
        assertEquals(
                judge.judge(first(0.02, 0.04), second(0.02, 0.04)).toString(),
                new Judge(settings).judge(first(0.02, 0.04), second(0.02, 0.04)).toString());
    }
}
