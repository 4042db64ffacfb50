package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replays of recorded forks. */
class ReplayTest {
    private static final double MOST = 0.25;

    private final JudgeSettings settings = JudgeSettings.standard(0.05, 3, 9, 12, 1);
    private final Replay replay = new Replay(settings);

    private static List<ForkPairs> rows(final double spread, final double slowdown) {
        return List.of(
                Noise.pairs(21, spread, slowdown, 1),
                Noise.pairs(30, spread, slowdown, 2),
                Noise.pairs(21, spread, slowdown, 3));
    }

    @Test
    void shouldHoldBothLevelsWhenNoiseDrownsMarginAndLimit() {
        final FalseAlarms alarms = replay.falseAlarms(rows(0.5, 0), 4000, 5);
        assertEquals(4000, alarms.replays());
        assertTrue(alarms.flagRate() <= 0.05, "flagged " + alarms.flagRate());
        assertTrue(alarms.flagRate() >= 0.02, "a judge that flags nothing proves nothing: " + alarms.flagRate());
        assertTrue(alarms.familyRate() <= 0.012, "false alarms " + alarms.familyRate());
    }

    @Test
    void shouldTakeTheEffectOutWhenTheRecordedHeadWasSlower() {
        final FalseAlarms alarms = replay.falseAlarms(rows(0.01, 0.3), 2000, 5);
        assertTrue(alarms.flagRate() <= 0.06, "flagged " + alarms.flagRate());
        assertTrue(alarms.familyRate() <= 0.012, "false alarms " + alarms.familyRate());
    }

    @Test
    void shouldPassEverythingWhenNothingScatters() {
        assertEquals(new FalseAlarms(100, 3, 0, 0, 300), replay.falseAlarms(rows(0.0001, 0), 100, 5));
    }

    @Test
    void shouldCountARunWithFailOnceWhenAnyRowFails() {
        final ForkPairs row = Noise.pairs(21, 0.5, 0, 1);
        final FalseAlarms one =
                new Replay(new JudgeSettings(0.05, 0, 0.4 / 3, 0.4, 1, 9, 12, 1)).falseAlarms(List.of(row), 6000, 5);
        final FalseAlarms three = new Replay(new JudgeSettings(0.05, 0, 0.4, 0.4, 3, 9, 12, 1))
                .falseAlarms(List.of(row, row, row), 6000, 6);
        assertTrue(one.familyRate() > 0.02, "failed " + one.familyRate());
        assertEquals(1 - Math.pow(1 - one.familyRate(), 3), three.familyRate(), 0.03);
    }

    @Test
    void shouldGiveTheSameWhenTheSeedIsTheSame() {
        final FalseAlarms once = replay.falseAlarms(rows(0.1, 0), 500, 8);
        assertEquals(once, replay.falseAlarms(rows(0.1, 0), 500, 8));
        assertNotEquals(once, replay.falseAlarms(rows(0.1, 0), 500, 9));
        assertEquals(
                replay.verdicts(rows(0.05, 0.05).get(0), MOST, 200, 3),
                replay.verdicts(rows(0.05, 0.05).get(0), MOST, 200, 3));
    }

    @Test
    void shouldFindOrPassWhenTheSlowdownIsClear() {
        assertEquals(new Shares(200, 1, 0, 0, 0, 0, 0), replay.verdicts(Noise.pairs(60, 0.005, 0.1, 1), MOST, 200, 3));
        final Shares unchanged = replay.verdicts(Noise.pairs(60, 0.005, 0, 1), MOST, 200, 3);
        assertEquals(0, unchanged.fail() + unchanged.warn());
        assertTrue(unchanged.pass() >= 0.98, unchanged.toString());
    }

    /** Sixty pairs with hardly any noise, of which some were disturbed. */
    private static ForkPairs sixty(final double headNs, final int disturbed) {
        final List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            final double baseNs = 2 + 0.0001 * i;
            pairs.add(new Pair(
                    1,
                    i,
                    true,
                    i,
                    new Iterations(baseNs, List.of(baseNs)),
                    new Iterations(headNs, List.of(headNs)),
                    i < disturbed ? "steal" : ""));
        }
        return ForkPairs.of(pairs);
    }

    @Test
    void shouldSayInvalidAsARunWouldWhenTooManyPairsAreDisturbed() {
        assertEquals(new Shares(200, 0, 0, 0, 1, 0, 0), replay.verdicts(sixty(2.2, 60), MOST, 200, 3));
        final Shares unchanged = replay.verdicts(sixty(2, 60), MOST, 200, 3);
        assertEquals(1, unchanged.invalid());
        assertEquals(0, unchanged.pass());
        assertTrue(unchanged.passByFigures() >= 0.98, unchanged.toString());
        assertEquals(60, sixty(2, 60).slowed(0.1).centred().exchanged().disturbed());
        final Shares some = replay.verdicts(sixty(2.2, 6), MOST, 2000, 3);
        assertTrue(some.invalid() > 0 && some.invalid() < 0.1, some.toString());
        assertEquals(1, some.fail() + some.invalid(), 1e-12);
    }

    @Test
    void shouldPassSeldomWhenTheSlowdownIsTheLimit() {
        final Shares shares = replay.verdicts(Noise.pairs(200, 0.02, 0, 4).slowed(0.05), MOST, 2000, 3);
        assertTrue(shares.pass() <= 0.05, shares.toString());
        assertTrue(shares.fail() > 0.5, shares.toString());
        assertEquals(1, shares.fail() + shares.warn() + shares.inconclusive() + shares.pass(), 1e-12);
    }

    @Test
    void shouldRefuseWhenTooLittleIsRecorded() {
        assertThrows(
                BadInputException.class, () -> replay.falseAlarms(rows(0.1, 0).subList(0, 2), 10, 1));
        final List<ForkPairs> few =
                List.of(Noise.pairs(21, 0.1, 0, 1), Noise.pairs(20, 0.1, 0, 1), Noise.pairs(21, 0.1, 0, 1));
        assertEquals(
                "20 pairs are recorded and a replay takes 21",
                assertThrows(BadInputException.class, () -> replay.falseAlarms(few, 10, 1))
                        .getMessage());
        assertThrows(BadInputException.class, () -> replay.verdicts(Noise.pairs(11, 0.1, 0, 1), MOST, 10, 1));
    }
}
