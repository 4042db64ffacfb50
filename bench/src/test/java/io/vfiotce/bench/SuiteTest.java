package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The suites' rows are benchmarks that exist. */
class SuiteTest {
    static List<Suite> suites() {
        return List.of(new QuickSuite(), new GroupSuite(), new HandoffSuite(), new DmaSuite());
    }

    @ParameterizedTest
    @MethodSource("suites")
    void shouldMatchOneBenchmarkWhenARowNamesIt(final Suite suite) {
        for (final Row row : suite.rows()) {
            final Set<BenchmarkListEntry> found = BenchmarkList.defaultList()
                    .find(
                            OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                            List.of(row.include()),
                            List.of());
            assertEquals(1, found.size(), row.label());
        }
    }

    @Test
    void shouldInterpolateWhenAQuantileLiesBetweenForks() {
        assertEquals(2.0, Row.quantile(List.of(5.0, 1.0, 2.0, 3.0, 4.0), 0.25));
        assertEquals(1.75, Row.quantile(List.of(4.0, 1.0, 3.0, 2.0), 0.25));
        assertEquals(7.0, Row.quantile(List.of(7.0), 0.25));
    }
}
