package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run was asked for and cannot have: it says so, and nothing of an earlier run stands in its place. */
class GateAskedTest {
    private static final String DEFAULTS = """
            "defaults": {"pairs": 6, "confirmPairs": 8, "layers": ["allocation", "time"], "warmupMs": 1,
                         "iterationMs": 1, "allocationBaseline": "a.Map.empty"}""";

    @TempDir
    private Path temp;

    private JmhStandIn jmh;
    private Path base;
    private Path head;

    @BeforeEach
    void create() throws IOException {
        jmh = new JmhStandIn(temp);
        final String[] rows = {"a.Map.empty", "a.Map.get", "a.Map.put", "  param \"size\" = {1, 2}"};
        base = jmh.jar("a.jar", rows);
        head = jmh.jar("b.jar", rows);
    }

    private TceRun gate(final String config, final String command, final Object... more) throws IOException {
        final Path file = Files.writeString(temp.resolve("gate.json"), "{" + DEFAULTS + config + "}");
        return TceRun.of(jmh.words(command, file, more).toArray());
    }

    private TceRun ab(final Object... more) throws IOException {
        final List<Object> words = new ArrayList<>(List.of("--base", base, "--head", head));
        words.addAll(List.of(more));
        return gate("", "ab", words.toArray());
    }

    private static void assertEnds(final int exitCode, final String part, final TceRun run) {
        assertEquals(exitCode, run.exitCode(), run.out() + run.err());
        assertEquals("", run.out());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertFalse(run.err().contains("unexpected"), run.err());
    }

    @Test
    void shouldEndWithFiveWhenWhatIsAskedForIsInNeitherJar() throws Exception {
        assertEnds(5, "include 'gone' finds none of 4 rows", ab("--include", "put", "--include", "gone"));
        assertEnds(5, "param size=3 finds none of 4 rows", ab("--param", "size=3"));
        assertEnds(5, "param depth=1 finds none of 4 rows", ab("--param", "depth=1"));
        assertEnds(
                5, "no row of 4 is wanted by include 'put', exclude 'Map'", ab("--include", "put", "--exclude", "Map"));
        assertEnds(5, "include 'gone' finds none", gate("", "check", "--jar", head, "--include", "gone"));
        assertEnds(5, "include 'gone' finds none", gate("", "aa", "--jar", head, "--include", "gone"));
        assertEnds(
                5,
                "rows with 'gone' hold for none of 4 rows",
                gate(",\"rows\": [{\"match\": \"gone\", \"alloc\": \"zero\"}]", "check", "--jar", head));
    }

    @Test
    void shouldEndWithFiveWhenNoRowIsInBothJars() throws Exception {
        head = jmh.jar("b.jar", "a.Map.empty", "a.Map.other");
        assertEnds(
                5,
                "nothing to compare by exclude 'empty': 3 only in the base, 1 only in the head",
                ab("--exclude", "empty"));
        assertEnds(5, "by include 'other': 0 only in the base, 1 only in the head", ab("--include", "other"));
    }

    @Test
    void shouldEndWithFiveWhenAParametersValuesDiffer() throws Exception {
        head = jmh.jar("b.jar", "a.Map.empty", "a.Map.get", "a.Map.put", "  param \"size\" = {1, 4}");
        final TceRun run = ab("--include", "put", "--out", temp.resolve("out"));
        assertEquals(5, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(".*MISSING +a.Map.put size=2.*")), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(".*NEW +a.Map.put size=4.*")), run.out());
    }

    @Test
    void shouldLeaveNoOldReportWhenItFails() throws Exception {
        final Path out = Files.createDirectory(temp.resolve("out"));
        final List<Path> old = new ArrayList<>();
        for (final String name : List.of("out/report.json", "r.json", "r.md", "r.xml", "r.html")) {
            old.add(Files.writeString(temp.resolve(name), "of yesterday"));
        }
        final Object[] options = {
            "--out", out, "--json", old.get(1), "--markdown", old.get(2), "--junit", old.get(3), "--html", old.get(4)
        };
        final List<Object> dry = new ArrayList<>(List.of(options));
        dry.add("--dry-run");
        assertEquals(0, ab(dry.toArray()).exitCode());
        old.forEach(file -> assertTrue(Files.exists(file), file.toString()));
        head = temp.resolve("gone.jar");
        assertEnds(2, "there is no such jar", ab(options));
        old.forEach(file -> assertFalse(Files.exists(file), file.toString()));
    }

    @Test
    void shouldRefuseAReportThatWouldReplaceAnother() throws Exception {
        final Path one = Files.writeString(temp.resolve("r"), "of yesterday");
        final Path other = Files.createSymbolicLink(temp.resolve("link"), one);
        assertEnds(2, "is named for two forms", ab("--html", one, "--json", temp.resolve("./r")));
        assertEnds(2, "is named for two forms", ab("--html", one, "--json", other));
        assertEnds(2, "is read by this command", ab("--json", head));
        assertEnds(2, "is read by this command", ab("--json", temp.resolve("gate.json")));
        assertTrue(Files.exists(head) && Files.exists(one));
        final Path history = Files.writeString(temp.resolve("h.jsonl"), "kept");
        assertEnds(2, "is the history", TceRun.of("gate", "history", "export", "--file", history, "-o", history));
        assertEnds(2, "is the history", TceRun.of("gate", "history", "show", "--file", history, "--html", history));
        assertEquals("kept", Files.readString(history));
    }

    @Test
    void shouldRefuseToResumeARatioByAnother() throws Exception {
        final String ratios = ",\"contracts\": {\"ratios\": [{\"row\": \"a.Map.get\", \"to\": \"%s\", \"max\": %s,"
                + " \"reason\": \"r\"}]}";
        final Object[] options = {"--jar", head, "--out", temp.resolve("out"), "--pairs", 7};
        final TceRun first = gate(ratios.formatted("a.Map.empty", 2), "check", options);
        assertEquals(0, first.exitCode(), first.out() + first.err());
        assertEnds(
                2,
                "its ratio is a.Map.get to a.Map.empty",
                gate(ratios.formatted("a.Map.put size=1", 2), "check", options));
        assertEnds(2, "its max is 2.0", gate(ratios.formatted("a.Map.empty", 3), "check", options));
        assertEquals(
                0, gate(ratios.formatted("a.Map.empty", 2), "check", options).exitCode());
        final TceRun compared =
                gate(ratios.formatted("a.Map.empty", 2), "ab", "--base", base, "--head", head, "--include", "get");
        assertTrue(compared.out().contains("ratios (1) are judged by check alone"), compared.out());
    }

    @Test
    void shouldEndWithFiveWhenAForksResultIsEmptyOrOfAnotherRow() throws Exception {
        jmh.then("[[ $1 == *-s1-* ]] && : >\"$1\"; true");
        final TceRun empty = ab("--include", "get", "--out", temp.resolve("empty"));
        assertEquals(5, empty.exitCode(), empty.out() + empty.err());
        jmh.then("sed -i s/Map.get/Map.git/ \"$1\"");
        final TceRun other = ab("--include", "get", "--out", temp.resolve("other"));
        assertEquals(5, other.exitCode(), other.out() + other.err());
    }

    @Test
    void shouldMeasureItsOwnCopyWhenAJarIsReplacedMeanwhile() throws Exception {
        jmh.then("echo replaced >" + head);
        final TceRun run = ab("--include", "get", "--out", temp.resolve("out"));
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertEnds(2, "is no jar", ab("--include", "get", "--out", temp.resolve("out")));
    }

    @Test
    void shouldRefuseAJarThatIsReplacedBetweenItsListAndItsCopy() throws Exception {
        final Path other = jmh.jar("c.jar", "a.Map.get");
        jmh.listed("cp " + other + " " + head);
        assertEnds(5, "b.jar: was replaced after its rows were listed", ab("--include", "get"));
        jmh.listed("cp " + other + " " + base);
        assertEnds(5, "a.jar: was replaced", gate("", "aa", "--jar", base, "--include", "get"));
    }

    @Test
    void shouldRefuseAParameterOfTwoValuesOfWhichOneWouldCount() throws Exception {
        assertEnds(2, "has another value already", ab("--param", "size=1", "--param", "size=2"));
        assertEnds(2, "is not like NAME=VALUE", ab("--param", "size"));
    }

    @Test
    void shouldResumeAJournalThatWasCutOffAndRefuseADamagedOne() throws Exception {
        final Path out = temp.resolve("out");
        assertEquals(0, ab("--include", "get", "--out", out).exitCode());
        final Path journal = out.resolve("forks.jsonl");
        final String whole = Files.readString(journal);
        Files.writeString(journal, whole.substring(0, whole.length() - 40));
        final long calls = jmh.calls();
        assertEquals(0, ab("--include", "get", "--out", out).exitCode());
        assertEquals(calls + 2 + 2, jmh.calls(), "the lists, and the last pair again");
        Files.writeString(journal, whole.replaceFirst("\n\\{", "\n"));
        assertEnds(2, "line 2 is damaged", ab("--include", "get", "--out", out));
        Files.writeString(journal, "");
        assertEnds(2, "is no journal of a run", ab("--include", "get", "--out", out));
    }
}
