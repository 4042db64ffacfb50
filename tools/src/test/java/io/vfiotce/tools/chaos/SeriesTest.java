package io.vfiotce.tools.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a series of faults fails. */
class SeriesTest {
    private static final long MS = 1_000_000;

    private static Series series(final int caught, final GuestFigures guests) {
        return new Series("kills", 10, caught, 2000 * MS, guests);
    }

    @Test
    void shouldBeAllRightWhenNothingIsLostAndHalfTheFaultsCaughtARequest() {
        assertNull(series(5, new GuestFigures(1234, 1, 0, 0, 0, 0, 2250 * MS)).problem());
    }

    @Test
    void shouldFailWhenTooFewFaultsCaughtARequest() {
        assertTrue(series(4, new GuestFigures(1, 0, 0, 0, 0, 0, 0)).problem().contains("too few"));
    }

    @Test
    void shouldFailWhenAnAnswerCameTooLate() {
        assertTrue(series(9, new GuestFigures(1, 0, 0, 0, 0, 0, 2251 * MS))
                .problem()
                .contains("too late"));
    }

    @ParameterizedTest
    @CsvSource({"1,0,0,0", "0,1,0,0", "0,0,1,0", "0,0,0,1"})
    void shouldFailWhenOneRequestIsNotDoneOnceAndWhole(
            final long other, final long lost, final long doubled, final long torn) {
        assertNotNull(
                series(9, new GuestFigures(1, 1, other, lost, doubled, torn, 0)).problem());
    }

    @Test
    void shouldAddUpWhatGuestsSaw() {
        final GuestFigures sum =
                List.of(new GuestFigures(1, 2, 3, 4, 5, 6, 7), new GuestFigures(10, 20, 30, 40, 50, 60, 5)).stream()
                        .reduce(GuestFigures::plus)
                        .orElseThrow();
        assertEquals(new GuestFigures(11, 22, 33, 44, 55, 66, 7), sum);
    }

    @Test
    void shouldPrintOneLine() {
        assertEquals(
                "kills: 10, in flight 5; 1,234 requests done, 1 given up, 2 with another status; lost 3, doubled 4,"
                        + " torn 5; slowest answer 2,250 ms, 250 ms over the deadline of 2,000 ms",
                series(5, new GuestFigures(1234, 1, 2, 3, 4, 5, 2250 * MS)).line());
    }
}
