package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.run.Processes;
import io.vfiotce.tools.gate.run.RunJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that measure and are told to end meanwhile, as processes of their own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GateSignalTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path temp;

    private JmhStandIn jmh;
    private Path scratch;

    @BeforeEach
    void create() throws IOException {
        jmh = new JmhStandIn(temp);
        jmh.jar("a.jar", "a.Map.get");
        jmh.jar("b.jar", "a.Map.get");
        scratch = Files.createDirectory(temp.resolve("scratch"));
    }

    private List<Object> words(final String command, final String layers, final Object... more) throws IOException {
        final Path config = Files.writeString(
                temp.resolve("gate.json"),
                "{\"defaults\": {\"pairs\": 6, \"confirmPairs\": 8, \"layers\": [" + layers
                        + "], \"warmupMs\": 1, \"iterationMs\": 1}}");
        return jmh.words(command, config, more);
    }

    /** Starts a command whose forks do not end once the stand-in was called so often, and ends it when so many hang. */
    private String endedBySignal(final int calls, final int hanging, final List<Object> words) throws Exception {
        final Path pids = temp.resolve("pids");
        Files.deleteIfExists(pids);
        jmh.then("[ $(wc -l <%1$s/calls) -le %2$d ] || { sleep 1000 & echo $! >>%1$s/pids; wait; }"
                .formatted(temp, calls));
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                "io.vfiotce.tools.Tce"));
        words.forEach(word -> command.add(word.toString()));
        final Path said = temp.resolve("said");
        final Process gate = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        while (!Files.exists(pids) || Files.readAllLines(pids).size() < hanging) {
            assertTrue(gate.isAlive(), () -> read(said));
            Thread.onSpinWait();
        }
        gate.destroy();
        assertEquals(TERMINATED, gate.waitFor(), () -> read(said));
        try (Stream<Path> left = Files.list(scratch)) {
            // All JMHs of a machine share their lock, which stays.
            assertEquals(
                    List.of(), left.filter(file -> !file.endsWith("jmh.lock")).toList());
        }
        Files.readAllLines(pids).forEach(Processes::awaitEnd);
        return read(said);
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLeaveNothingWhenItIsEndedWhileTwoForksRun() throws Exception {
        final Path base = temp.resolve("a.jar");
        final Path head = temp.resolve("b.jar");
        assertEquals("", endedBySignal(2, 2, words("ab", "\"allocation\"", "--base", base, "--head", head)));
    }

    @Test
    void shouldLeaveNothingWhenAPilotIsEnded() throws Exception {
        assertEquals("", endedBySignal(3, 1, words("power", "\"time\"", "--jar", temp.resolve("a.jar"))));
    }

    @Test
    void shouldLeaveNothingWhenABuildIsEnded() throws Exception {
        git("init", "-q");
        git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x");
        final String build = "sleep 1000 & echo $! >>" + temp.resolve("pids") + "; wait";
        final List<Object> words =
                words("ab", "\"time\"", "--base-ref", "HEAD", "--head", temp.resolve("b.jar"), "--build", build);
        assertEquals("", endedBySignal(9, 1, words));
        assertEquals(1, git("worktree", "list").lines().count());
    }

    private String git(final String... words) throws Exception {
        final List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        final Path said = temp.resolve("git.txt");
        final Process git = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertEquals(0, git.waitFor(), () -> read(said));
        return read(said);
    }

    @Test
    void shouldKeepWhatIsMeasuredWhereTheUserSaid() throws Exception {
        final Path out = temp.resolve("out");
        final List<Object> words = words("aa", "\"time\"", "--jar", temp.resolve("a.jar"), "--out", out);
        assertEquals("", endedBySignal(1 + 4, 1, words));
        final RunJournal journal = RunJournal.read(out.resolve("forks.jsonl"));
        assertEquals(4, journal.records().size());
        assertEquals(
                List.of(),
                journal.records().stream()
                        .filter(fork -> fork.measure() == null)
                        .toList());
        jmh.then("true");
        final long calls = jmh.calls();
        final TceRun run = TceRun.of(words.toArray());
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertEquals(calls + 1 + 12 - 4, jmh.calls());
    }
}
