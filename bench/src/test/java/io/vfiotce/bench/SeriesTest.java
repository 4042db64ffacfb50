package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Forks are the samples: their medians are taken, and quantiles of these. */
class SeriesTest {
    @Test
    void shouldInterpolateWhenAQuantileLiesBetweenForks() {
        assertEquals(2.0, Series.quantile(List.of(5.0, 1.0, 2.0, 3.0, 4.0), 0.25));
        assertEquals(1.75, Series.quantile(List.of(4.0, 1.0, 3.0, 2.0), 0.25));
        assertEquals(7.0, Series.quantile(List.of(7.0), 0.25));
    }

    @Test
    void shouldLeaveOutWhatIsNoNumberWhenAQuantileIsTaken() {
        assertEquals(2.0, Series.quantile(List.of(Double.NaN, 3.0, 1.0), 0.5));
        assertEquals(Double.NaN, Series.quantile(List.of(Double.NaN), 0.5));
    }

    @Test
    void shouldTakeMediansOfIterationsWhenForksAreCompared() {
        final Series series = new Series("ns/op", List.of(List.of(1.0, 9.0, 2.0), List.of(8.0, 8.0, 100.0)));
        assertEquals(List.of(2.0, 8.0), series.forkMedians());
        assertEquals(3.5, series.overForks(0.25));
    }

    @Test
    void shouldDivideIterationByIterationWhenAQuotientIsTaken() {
        final Series sums = new Series("#", List.of(List.of(10.0, 40.0)));
        assertEquals(
                List.of(List.of(5.0, 10.0)),
                sums.dividedBy(new Series("#", List.of(List.of(2.0, 4.0))), "ns/op")
                        .forks());
    }
}
