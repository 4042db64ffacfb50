package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.RunSettings;
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

    @ParameterizedTest
    @CsvSource({
        "PASS PASS, PASS, 0",
        "PASS NEW, PASS, 0",
        "NEW, NEW, 0",
        "PASS IMPROVED, IMPROVED, 0",
        "PASS WARN NEW, WARN, 0",
        "PASS INCONCLUSIVE, INCONCLUSIVE, 0",
        "PASS INCONCLUSIVE FAIL, FAIL, 1",
        "FAIL INVALID, INVALID, 4",
        "FAIL INVALID MISSING, MISSING, 5"
    })
    void shouldBeTheGravestThatBlocks(final String rows, final Verdict verdict, final int exitCode) {
        final List<RowResult> results = Arrays.stream(rows.split(" "))
                .map(word -> row(Verdict.valueOf(word)))
                .toList();
        final RunVerdict result = RunVerdict.of(results, USUAL);
        assertEquals(verdict, result.verdict());
        assertEquals(exitCode, result.exitCode());
    }

    @Test
    void shouldFollowThePolicy() throws IOException {
        final Path file = Files.writeString(
                directory.resolve("c.json"), "{\"defaults\": {\"onInconclusive\": \"fail\", \"onInvalid\": \"warn\"}}");
        final RunSettings settings = GateConfig.read(file).profile("pr").run();
        final RunVerdict verdict = RunVerdict.of(List.of(row(Verdict.INVALID), row(Verdict.INCONCLUSIVE)), settings);
        assertEquals(Verdict.INCONCLUSIVE, verdict.verdict());
        assertEquals(GateExitCodes.INCONCLUSIVE, verdict.exitCode());
        assertEquals(0, RunVerdict.of(List.of(row(Verdict.INVALID)), settings).exitCode());
    }

    @Test
    void shouldPutTheGravestFirst() {
        final RowResult pass = row(Verdict.PASS);
        final RowResult mixed = row(Verdict.PASS, Verdict.FAIL);
        final RowResult empty = row();
        assertEquals(
                List.of(empty, mixed, pass),
                RunVerdict.of(List.of(pass, mixed, empty), USUAL).rows());
    }

    @Test
    void shouldRefuseWhenThereAreNoRows() {
        assertThrows(GateDataException.class, () -> RunVerdict.of(List.of(), USUAL));
    }
}
