package io.vfiotce.tools.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.tools.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a judge may be asked to hold. */
class JudgeSettingsTest {
    @ParameterizedTest
    @CsvSource({"1, 0.05", "4, 0.05", "12, 0.016666666666666666", "30, 0.006666666666666667"})
    void shouldDivideTheFamilysLevelWhenThereAreMoreRows(final int rows, final double alpha) {
        assertEquals(alpha, JudgeSettings.standard(0.05, rows, 12, 24, 1).confirmAlpha(), 1e-15);
    }

    @Test
    void shouldRefuseWhenTheSecondStageCouldNeverConfirm() {
        assertEquals(9, JudgeSettings.fewestPairs(0.01 / 0.05 / 30));
        JudgeSettings.standard(0.05, 30, 12, 9, 1);
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> JudgeSettings.standard(0.05, 30, 12, 8, 1));
        assertEquals("8 pairs cannot confirm a regression among 30 rows; it takes 9", refused.getMessage());
    }

    @Test
    void shouldRefuseWhenTheFirstStageCouldShowNothing() {
        JudgeSettings.standard(0.05, 4, 6, 12, 1);
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> JudgeSettings.standard(0.05, 4, 5, 12, 1));
        assertEquals("5 pairs cannot show anything in the first stage; it takes 6", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 0.01, 0.01, 0.05, 1",
        "0.05, -0.01, 0.01, 0.05, 1",
        "NaN, 0.01, 0.01, 0.05, 1",
        "11, 0.01, 0.01, 0.05, 1",
        "0.05, 0.01, 0, 0.05, 1",
        "0.05, 0.01, 0.06, 0.05, 1",
        "0.05, 0.01, 0.01, 0.5, 1",
        "0.05, 0.01, 0.01, 0.05, 0"
    })
    void shouldRefuseWhenAValueIsOutOfRange(
            final double limit, final double margin, final double family, final double stage, final int rows) {
        assertThrows(BadInputException.class, () -> new JudgeSettings(limit, margin, family, stage, rows, 12, 24, 1));
    }
}
