package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The suite's rows are benchmarks that exist. */
class QuickSuiteTest {
    @Test
    void shouldMatchOneBenchmarkWhenARowNamesIt() {
        for (final Row row : new QuickSuite().rows()) {
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
