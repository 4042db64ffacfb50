package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.layer.MethodShape.Compiled;
import io.vfiotce.tools.gate.layer.jmh_generated.Loop_work_jmhTest;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records real JVMs. */
class CodeRecordingTest {
    private static final String PROGRAM = Loop_work_jmhTest.class.getName();
    private static final String LOOP = PROGRAM + ".work_avgt_jmhStub";
    private static final String MIX = PROGRAM + ".mix";
    private static final WatchedMethods WATCHED = new WatchedMethods(PROGRAM + ".work", List.of(MIX));

    @TempDir
    private Path directory;

    @Test
    void shouldReadShapeWhenAProgramWasRecorded() throws IOException {
        final ForkShape shape = record("calm");
        assertEquals(List.of(MIX, LOOP), shape.required());
        final MethodShape loop = shape.methods().get(LOOP);
        assertTrue(loop.compiled() != Compiled.NONE, loop::toString);
        assertTrue(loop.codeBytes() > 0 && loop.inlinedBytes() > 0, loop::toString);
        assertTrue(loop.inlines().containsAll(List.of(MIX, PROGRAM + ".work")), loop::toString);
        assertTrue(shape.methods().get(MIX).inlined());
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.compare(List.of(shape), List.of(record("calm")), true)
                        .verdict());
        assertEquals(
                Verdict.PASS, CodeShapeRule.check(List.of(shape), List.of()).verdict());
    }

    @Test
    void shouldFindLossOfInliningWhenItIsPlanted() throws IOException {
        final LayerResult result = CodeShapeRule.compare(
                List.of(record("calm")),
                List.of(record("calm", "-XX:CompileCommand=dontinline," + PROGRAM + "::mix")),
                false);
        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(
                result.reason().contains("called instead: " + MIX + ": disallowed by CompileCommand"), result.reason());
        assertTrue(result.reason().contains(MIX + " is not inlined any more"), result.reason());
    }

    @Test
    void shouldCountDeoptimisationsOnlyInMeasuredTime() throws IOException {
        final ForkShape calm = record("calm");
        final ForkShape surprise = record("surprise");
        assertEquals(0, calm.methods().get(LOOP).deoptimizations());
        assertTrue(surprise.methods().get(LOOP).deoptimizations() > 0);
        assertEquals(0, record("late").methods().get(LOOP).deoptimizations());
        final LayerResult result = CodeShapeRule.compare(List.of(calm), List.of(surprise), false);
        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(result.reason().contains("deoptimisations"), result.reason());
    }

    @Test
    void shouldSayThatANamedMethodIsNotCompiledWhenItDoesNotExist() throws IOException {
        final ForkShape shape = record("calm", new WatchedMethods(PROGRAM + ".work", List.of(PROGRAM + ".none")));
        final MethodShape none = shape.methods().get(PROGRAM + ".none");
        assertEquals(Compiled.NONE, none.compiled());
        assertFalse(none.isOptimised());
        assertEquals(
                Verdict.FAIL, CodeShapeRule.check(List.of(shape), List.of()).verdict());
    }

    @Test
    void shouldRefuseWhenARecordingIsDamagedOrCutOrNone() throws IOException {
        final Path whole = directory.resolve("whole.jfr");
        run("calm", whole, List.of());
        final byte[] bytes = Files.readAllBytes(whole);
        final Path cut = Files.write(directory.resolve("cut.jfr"), Arrays.copyOf(bytes, bytes.length / 2));
        final Path text = Files.writeString(directory.resolve("text.jfr"), "no recording");
        for (final Path file : List.of(cut, text, directory.resolve("none.jfr"))) {
            final BadInputException refused = assertThrows(
                    BadInputException.class, () -> CodeRecording.read(file, WATCHED, Instant.MIN, Instant.MAX));
            assertTrue(refused.getMessage().startsWith(file + ": is no complete recording"), refused::getMessage);
        }
    }

    private ForkShape record(final String mode, final String... jvmArgs) throws IOException {
        return record(mode, WATCHED, jvmArgs);
    }

    private ForkShape record(final String mode, final WatchedMethods watched, final String... jvmArgs)
            throws IOException {
        final Path file = Files.createTempFile(directory, "fork", ".jfr");
        final List<Instant> phases = run(mode, file, List.of(jvmArgs));
        return CodeRecording.read(file, watched, phases.get(0), phases.get(1));
    }

    private static List<Instant> run(final String mode, final Path recording, final List<String> jvmArgs)
            throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(CodeRecording.jvmArgs(recording));
        command.addAll(jvmArgs);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PROGRAM, mode));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final List<Instant> phases = output.lines()
                .filter(line -> line.matches("\\d{4}-.*Z"))
                .map(Instant::parse)
                .toList();
        assertEquals(2, phases.size(), output);
        return phases;
    }
}
