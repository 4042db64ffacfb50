package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suites' rows are benchmarks that exist. */
class SuiteTest {
    static Stream<List<Row>> suites() {
        return Stream.of(
                new QuickSuite().rows(),
                new GroupSuite().rows(),
                new HandoffSuite().rows(),
                new DmaSuite().rows(),
                new GoalSuite(false).rows());
    }

    @ParameterizedTest
    @MethodSource("suites")
    void shouldExistWhenASuiteNamesARow(final List<Row> rows) {
        assertEquals(List.of(), new Rows().problems(rows));
    }

    @Test
    void shouldSayWhichWhenARowDoesNotExist() {
        final Rows rows = new Rows();
        assertEquals(
                List.of(
                        "there is no row EmptyBenchmark.full",
                        "row EmptyBenchmark.empty[size=1] has the parameters []"),
                rows.problems(List.of(
                        new Row(Rows.EMPTY, 1),
                        new Row("EmptyBenchmark.full", 1),
                        new Row("EmptyBenchmark.empty[size=1]", 1))));
    }
}
