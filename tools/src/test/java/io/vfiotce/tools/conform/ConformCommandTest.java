package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a user of {@code tce conform} sees. */
class ConformCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return new CommandLine(new ConformCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    private Path good() throws IOException {
        return Vectors.write(directory, Vectors.KERNEL_LINES);
    }

    private Path qemu() throws IOException {
        return Vectors.write(directory, Vectors.QEMU_LINES);
    }

    private Path hardware() throws IOException {
        return Vectors.write(directory, Vectors.HARDWARE_LINES);
    }

    private Path diverging() throws IOException {
        return Vectors.write(directory, Vectors.replaced(Vectors.KERNEL_LINES, 9, "locked 3"));
    }

    private Path malformed() throws IOException {
        return Vectors.write(directory, Vectors.replaced(Vectors.KERNEL_LINES, 4, "put"));
    }

    /** Names and values of a JSON document in order, as {@code name=value}; values in arrays have their array's name. */
    private static List<String> fields(final String json) throws IOException {
        final List<String> fields = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            int roots = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                roots += token == JsonToken.START_OBJECT
                                && parser.getParsingContext().getParent().inRoot()
                        ? 1
                        : 0;
                if (token.isScalarValue()) {
                    fields.add(parser.currentName() + "=" + parser.getText());
                }
            }
            assertEquals(1, roots);
        }
        return fields;
    }

    @Test
    void shouldExitZeroWithALinePerFileWhenAllIsAsRecorded() throws IOException {
        final Path kernel = good();
        final Path userspace = qemu();
        assertEquals(0, run(kernel, userspace));
        assertEquals(
                List.of(
                        kernel + ": 1 scenarios, 4 calls, 0 mismatches, 0 layer dependent",
                        userspace + ": 1 scenarios, 4 calls, 0 mismatches, 0 layer dependent",
                        "ok: 2 scenarios, 8 calls, 0 mismatches, 0 layer dependent"),
                out.toString().lines().toList());
        assertEquals("", err.toString());
    }

    @Test
    void shouldExitOneAndNameDivergenceWhenResultDiffers() throws IOException {
        assertEquals(1, run(good(), diverging()));
        final List<String> lines = out.toString().lines().toList();
        assertEquals("  scenario 7, line 9: locked: expected 3, got 2", lines.get(2));
        assertEquals("FAILED: 2 scenarios, 8 calls, 1 mismatches, 0 layer dependent", lines.get(3));
    }

    @Test
    void shouldCountWhatIsNotPrintedWhenManyScenariosDiffer() throws IOException {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            lines.addAll(Vectors.replaced(Vectors.KERNEL_LINES, 9, "locked 3"));
        }
        assertEquals(1, run(Vectors.write(directory, lines)));
        assertTrue(out.toString().contains("  and 5 more scenarios that differ"), out.toString());
        assertEquals(23, out.toString().lines().count());
    }

    @Test
    void shouldRunScenarioWhenItHasHardwareTables() throws IOException {
        assertEquals(0, run("--json", directory.resolve("report.json"), hardware()));
        assertTrue(out.toString().contains(": 1 scenarios, 9 calls, 0 mismatches"), out.toString());
        final List<String> json = fields(Files.readString(directory.resolve("report.json")));
        assertTrue(json.containsAll(List.of("ok=true", "scenarios=1", "ops=9", "skipped=0")), json.toString());
        assertEquals(0, run("--layer=virtual", hardware()));
    }

    @Test
    void shouldExitTwoAndStillRunTheOthersWhenOneFileIsMalformed() throws IOException {
        final Path bad = malformed();
        assertEquals(2, run(bad, diverging()));
        assertEquals(
                "tce conform: " + bad + ": line 4: the line ends where the LIOBN should be",
                err.toString().strip());
        assertTrue(out.toString().contains("line 9: locked: expected 3, got 2"));
    }

    @Test
    void shouldExitTwoWithOneLineWhenFileCannotBeRead() {
        assertEquals(2, run(directory.resolve("absent")));
        assertEquals(
                "tce conform: " + directory.resolve("absent") + ": no such file",
                err.toString().strip());
        assertEquals(2, run(directory));
        assertEquals(
                "tce conform: " + directory + ": is a directory", err.toString().strip());
    }

    @Test
    void shouldExitTwoWhenLayerDoesNotFitFile() throws IOException {
        assertEquals(2, run("--layer", "userspace", good()));
        assertTrue(err.toString().contains("a kernel file has no userspace outcomes"), err.toString());
        assertEquals(2, run("--layer=virtual", qemu()));
        assertTrue(err.toString().contains("cannot be run with --layer virtual"), err.toString());
        assertEquals(1, err.toString().lines().count());
        assertEquals(2, run("--layer", "real", qemu()));
        assertTrue(err.toString().startsWith("Invalid value for option '--layer': 'real' is not"), err.toString());
        assertEquals(2, run());
    }

    @Test
    void shouldWriteOnlyJsonToStdoutWhenAskedTo() throws IOException {
        final Path file = diverging();
        assertEquals(1, run("--json", "-", file));
        assertEquals(
                List.of(
                        "ok=false",
                        "scenarios=1",
                        "ops=4",
                        "mismatches=1",
                        "skipped=0",
                        "layerDependent=0",
                        "file=" + file,
                        "ok=false",
                        "profile=kernel",
                        "layer=recorded",
                        "scenarios=1",
                        "ops=4",
                        "mismatches=1",
                        "skipped=0",
                        "layerDependent=0",
                        "divergentScenarios=1",
                        "error=null",
                        "scenario=scenario 7",
                        "line=9",
                        "call=locked",
                        "expected=3",
                        "got=2"),
                fields(out.toString()));
        assertEquals("", err.toString());
    }

    @Test
    void shouldReportErrorInJsonWhenFileIsMalformed() throws IOException {
        final Path file = malformed();
        assertEquals(2, run("--json=-", file));
        final List<String> json = fields(out.toString());
        assertTrue(json.contains("ok=false"), json.toString());
        assertTrue(
                json.contains("error=" + file + ": line 4: the line ends where the LIOBN should be"), json.toString());
    }

    @Test
    void shouldExitTwoWhenJsonCannotBeWritten() throws IOException {
        assertEquals(2, run("--json", directory.resolve("absent/report.json"), good()));
        assertTrue(err.toString().contains("report.json: cannot be written"), err.toString());
    }
}
