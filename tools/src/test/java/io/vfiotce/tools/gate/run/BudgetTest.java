package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run takes, and what fits. */
class BudgetTest {
    private static final long MINUTE_MS = 60_000;
    /** A row takes 10 forks of 3 s in the first stage, 20 in the second. */
    private static final Budget BUDGET = new Budget(3000, new RunStage(1, 5, 0), new RunStage(2, 10, MINUTE_MS));

    @Test
    void shouldAddGapAndConfirmationsWhenRowsAreFlagged() {
        assertEquals(12 * MINUTE_MS / 2, BUDGET.expectedMs(12, 0));
        assertEquals(6 * MINUTE_MS + MINUTE_MS + 3 * MINUTE_MS, BUDGET.expectedMs(12, 3));
    }

    @Test
    void shouldSayHowManyRowsFitWhenTimeIsShort() {
        assertDoesNotThrow(() -> BUDGET.requireFits(12, 8 * MINUTE_MS));
        final String said = assertThrows(BadInputException.class, () -> BUDGET.requireFits(12, 8 * MINUTE_MS - 1))
                .getMessage();
        assertEquals(
                "12 rows of 5 + 10 pairs take 8.0 minutes, the budget is 8.0: 11 rows fit; drop rows, not pairs, or give more by --budget",
                said);
        final String none = assertThrows(BadInputException.class, () -> BUDGET.requireFits(1, MINUTE_MS))
                .getMessage();
        assertTrue(none.contains(": 0 rows fit"), none);
    }

    @Test
    void shouldCountRowsToConfirmWhenSomeOfTheBudgetIsSpent() {
        assertEquals(2, BUDGET.confirmable(4 * MINUTE_MS - 1));
        assertEquals(0, BUDGET.confirmable(0));
        assertEquals(8, BUDGET.enough(3, MINUTE_MS - 1, 5 * MINUTE_MS - 1), "4 spent, and 4 for three rows");
        assertEquals(9, BUDGET.enough(3, MINUTE_MS - 2, 5 * MINUTE_MS - 1));
    }

    @Test
    void shouldListEveryPairAndTheTimeWhenNothingIsRun() {
        final Coins coins = new Coins(3);
        final List<String> lines =
                BUDGET.listing(FakeForks.rows(2), coins).lines().toList();
        assertEquals(2 * 5 + 1, lines.size());
        for (int round = 0; round < 5; round++) {
            final String line = lines.get(2 * round);
            final RowName row = coins.order(FakeForks.rows(2), 1, round).get(0);
            assertTrue(line.startsWith("  " + (round + 1)), line);
            assertTrue(line.endsWith(row.text()), line);
            assertEquals(coins.headFirst(row, 1, round, 0), line.contains("head base"));
        }
        assertEquals(
                "2 rows, 20 forks of 3.0 s: 1.0 minutes, with reruns at most 1.4; each row to confirm 1.0 more",
                lines.get(10));
    }
}
