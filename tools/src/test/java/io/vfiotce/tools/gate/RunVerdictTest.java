package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.tools.gate.config.Consequence;
import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.config.WaivedRows;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rows come to, by the policy. */
class RunVerdictTest {
    private static final RunSettings USUAL = GateConfig.builtIn().profile("pr").run();

    @TempDir
    private Path directory;

    private static RowResult row(final Verdict... layers) {
        return new RowResult(
                Arrays.toString(layers),
                "ns/op",
                false,
                Arrays.stream(layers)
                        .map(verdict -> new LayerResult(Layer.TIME, verdict, "", null, 0, Map.of(), List.of()))
                        .toList());
    }

    private static RunVerdict sum(final List<RowResult> rows, final RunSettings settings) {
        return RunVerdict.of(new WaivedRows(rows, List.of()), settings);
    }

    private static RunSettings settings(final Consequence inconclusive, final Consequence invalid) {
        return new RunSettings(
                USUAL.pairs(),
                USUAL.confirmPairs(),
                USUAL.familyLevel(),
                USUAL.budgetMinutes(),
                USUAL.warmupIterations(),
                USUAL.warmupMs(),
                USUAL.iterations(),
                USUAL.iterationMs(),
                USUAL.include(),
                USUAL.exclude(),
                USUAL.jvmArgs(),
                USUAL.allocationBaseline(),
                inconclusive,
                invalid,
                USUAL.instructionsBlock(),
                USUAL.codeSizeBlocks());
    }

    /** Code of a verdict by itself, as the documentation has it. */
    private static int code(final Verdict verdict, final Consequence inconclusive, final Consequence invalid) {
        return switch (verdict) {
            case PASS, IMPROVED, NEW, WARN -> 0;
            case FAIL -> 1;
            case INCONCLUSIVE -> inconclusive == Consequence.FAIL ? 3 : 0;
            case INVALID -> invalid == Consequence.FAIL ? 4 : 0;
            case MISSING -> 5;
        };
    }

    @Test
    void shouldKeepTheDocumentedOrderOverAllPairsOfVerdictsPoliciesAndPlaces() {
        final List<Integer> order = List.of(1, 5, 4, 3, 0);
        for (final Consequence inconclusive : Consequence.values()) {
            for (final Consequence invalid : Consequence.values()) {
                final RunSettings settings = settings(inconclusive, invalid);
                for (final Verdict one : Verdict.values()) {
                    for (final Verdict other : Verdict.values()) {
                        final int first = code(one, inconclusive, invalid);
                        final int second = code(other, inconclusive, invalid);
                        final int expected = order.indexOf(first) < order.indexOf(second) ? first : second;
                        final String what = one + " and " + other + " of " + settings;
                        assertEquals(
                                expected,
                                sum(List.of(row(one), row(other)), settings).exitCode(),
                                what);
                        assertEquals(
                                expected,
                                sum(List.of(row(one, other)), settings).exitCode(),
                                what);
                    }
                }
            }
        }
    }

    @Test
    void shouldEndWithTwoOnlyWhenNothingBlocksAndAWaiverIsNotNeeded() {
        final List<String> problems = List.of("the waiver is not needed any more");
        assertEquals(
                2,
                RunVerdict.of(new WaivedRows(List.of(row(Verdict.PASS)), problems), USUAL)
                        .exitCode());
        assertEquals(
                1,
                RunVerdict.of(new WaivedRows(List.of(row(Verdict.FAIL)), problems), USUAL)
                        .exitCode());
    }

    @ParameterizedTest
    @CsvSource({
        "PASS PASS, PASS, 0",
        "PASS NEW, PASS, 0",
        "NEW, NEW, 0",
        "PASS IMPROVED, IMPROVED, 0",
        "PASS WARN NEW, WARN, 0",
        "PASS INCONCLUSIVE, INCONCLUSIVE, 0",
        "PASS INCONCLUSIVE FAIL, FAIL, 1",
        "FAIL INVALID, FAIL, 1",
        "INVALID MISSING, MISSING, 5",
        "FAIL INVALID MISSING, FAIL, 1"
    })
    void shouldBeTheGravestThatBlocks(final String rows, final Verdict verdict, final int exitCode) {
        final List<RowResult> results = Arrays.stream(rows.split(" "))
                .map(word -> row(Verdict.valueOf(word)))
                .toList();
        final RunVerdict result = sum(results, USUAL);
        assertEquals(verdict, result.verdict());
        assertEquals(exitCode, result.exitCode());
    }

    @Test
    void shouldFollowThePolicy() throws IOException {
        final Path file = Files.writeString(
                directory.resolve("c.json"), "{\"defaults\": {\"onInconclusive\": \"fail\", \"onInvalid\": \"warn\"}}");
        final RunSettings settings = GateConfig.read(file).profile("pr").run();
        final RunVerdict verdict = sum(List.of(row(Verdict.INVALID), row(Verdict.INCONCLUSIVE)), settings);
        assertEquals(Verdict.INCONCLUSIVE, verdict.verdict());
        assertEquals(GateExitCodes.INCONCLUSIVE, verdict.exitCode());
        assertEquals(0, sum(List.of(row(Verdict.INVALID)), settings).exitCode());
    }

    @Test
    void shouldPutTheGravestFirst() {
        final RowResult pass = row(Verdict.PASS);
        final RowResult mixed = row(Verdict.PASS, Verdict.FAIL);
        final RowResult empty = row();
        assertEquals(
                List.of(mixed, empty, pass),
                sum(List.of(pass, mixed, empty), USUAL).rows());
    }

    @Test
    void shouldRefuseWhenThereAreNoRows() {
        assertThrows(GateDataException.class, () -> sum(List.of(), USUAL));
    }
}
