package io.vfiotce.tools.gate.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What JMH prints for -lp. */
class RowListingTest {
    private static List<String> parse(final String printed) {
        return RowListing.parse(printed).stream().map(RowName::text).toList();
    }

    @Test
    void shouldFormEveryCombinationWhenBenchmarksHaveParameters() {
        assertEquals(
                List.of(
                        "org.example.A.plain",
                        "org.example.B.sized file=a b mode=x",
                        "org.example.B.sized file=a b mode=y",
                        "org.example.B.sized file=ü mode=x",
                        "org.example.B.sized file=ü mode=y"),
                parse("""
                        WARNING: something from the JVM
                        Benchmarks:\s
                        org.example.B.sized
                          param "mode" = {x, y}
                          param "file" = {a b, ü}
                        org.example.A.plain
                        """));
    }

    @Test
    void shouldListABenchmarkOnceWhenItHasSeveralModes() {
        assertEquals(List.of("a.B.c"), parse("Benchmarks: \na.B.c\na.B.c\n"));
    }

    @Test
    void shouldKeepAnEmptyValueWhenAParameterHasOne() {
        assertEquals(List.of("a.B.c p=", "a.B.c p=1"), parse("Benchmarks: \na.B.c\n  param \"p\" = {, 1}\n"));
    }

    @Test
    void shouldRefuseTwoRowsOfOneName() {
        final String strange = "Benchmarks: \na.B.c\n  param \"p\" = {1, 1 q=2}\n  param \"q\" = {2, 2 q=2}\n";
        final GateDataException e = assertThrows(GateDataException.class, () -> RowListing.parse(strange));
        assertEquals("two rows are called 'a.B.c p=1 q=2 q=2'", e.getMessage());
        assertEquals(List.of("a.B.c p=1"), parse("Benchmarks: \na.B.c\n  param \"p\" = {1, 1}\n"));
    }

    @Test
    void shouldRefuseWhenItIsNoList() {
        assertThrows(GateDataException.class, () -> RowListing.parse("Error: Could not find or load main class\n"));
        final String said = assertThrows(
                        GateDataException.class, () -> RowListing.parse("Benchmarks: \na.B.c\n<failure> in JMH\n"))
                .getMessage();
        assertTrue(said.contains("<failure> in JMH"), said);
    }
}
