package io.vfiotce.tools;

import static io.vfiotce.tools.JmhResults.key;
import static io.vfiotce.tools.JmhResults.row;
import static io.vfiotce.tools.JmhResults.scoreOnly;
import static io.vfiotce.tools.JmhResults.words;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.history.HistoryFile;
import io.vfiotce.tools.gate.history.HistoryRun;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.SampleReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gate fails closed: each of these faults ends with the exit code that {@code tools/docs/gate.md} gives it, never with 0.
 * Only a regression ends with 1.
 */
class GateFailClosedTest {
    private static final String MAP = "org.example.Map.map";
    private static final String UNMAP = "org.example.Map.unmap";

    @TempDir
    private static Path directory;

    /** Rows: name, exit code, contents of the head's file, parts of what is printed; the base has one row, MAP. */
    private static final List<Arguments> RESULTS = List.of(
            fault("an empty file", 5, "", "is empty"),
            fault("no rows", 5, "[]", "has no rows"),
            fault("not a list of rows", 5, "{}", "not an array"),
            fault("no JSON", 5, "benchmark,score\n", "no JSON"),
            fault("a file that was cut off", 5, whole().substring(0, whole().length() / 2), "is not whole"),
            fault("the last bracket lost", 5, whole().substring(0, whole().lastIndexOf(']')), "is not whole"),
            fault("more behind the end", 5, whole() + "]", "is not whole"),
            fault("a score that is NaN", 5, changed("\"score\" : 2.0", "\"score\" : \"NaN\""), "score is NaN"),
            fault("a score of zero", 5, changed("\"score\" : 2.0", "\"score\" : 0"), "score is 0"),
            fault("an endless iteration", 5, changed("[[2.0,", "[[\"+INF\","), "an iteration is Infinity"),
            fault("a negative iteration", 5, changed("[[2.0,", "[[-2.0,"), "an iteration is -2"),
            fault("text instead of a figure", 5, changed("[[2.0,", "[[\"2,0\","), "'2,0' is not a number"),
            fault("a fork that crashed", 5, changed("\"forks\" : 12", "\"forks\" : 13"), "12 forks, expected 13"),
            fault(
                    "a fork that was killed half way",
                    5,
                    changed("\"measurementIterations\" : 3", "\"measurementIterations\" : 4"),
                    "3 iterations, expected 4"),
            fault("a row twice", 5, "[" + row(MAP, 2) + "," + row(MAP, 2) + "]", "twice"),
            fault("a key twice", 5, changed("\"threads\" : 1", "\"threads\" : 1, \"threads\" : 1"), "uplicate"),
            fault("a row without mode", 5, changed("\"mode\" : \"avgt\",", ""), "has no mode"),
            fault("a mode that JMH has not", 5, changed("\"avgt\"", "\"best\""), "unknown mode 'best'"),
            fault("a unit that nobody knows", 5, changed("ns/op", "ells/op"), "ells/op"),
            fault("another unit", 5, changed("ns/op", "us/op"), "unit is 'ns/op' in base and 'us/op' in head"),
            fault("another mode", 5, changed("\"avgt\"", "\"ss\""), "mode is 'avgt' in base and 'ss' in head"),
            fault(
                    "throughput instead of time",
                    5,
                    changed("\"avgt\"", "\"thrpt\"").replace("ns/op", "ops/ns"),
                    "cannot be compared"),
            fault("another JDK", 5, changed("17.0.15\"", "21.0.1\""), "JDK is '17.0.15' in base"),
            fault("another VM", 5, changed("\"VM\"", "\"Other VM\""), "VM is 'VM 17.0.15+6' in base"),
            fault("another JMH", 5, changed("\"1.37\"", "\"1.36\""), "JMH version is '1.37' in base"),
            fault("other VM arguments", 5, changed("-Xms256m", "-Xint"), "VM arguments is '-Xms256m' in base"),
            fault("other threads", 5, changed("\"threads\" : 1", "\"threads\" : 2"), "threads is '1' in base"),
            fault("another parameter", 5, changed("\"size\" : \"8\"", "\"size\" : \"9\""), "no row in common"),
            fault("a benchmark that was renamed", 5, "[" + row(UNMAP, 2) + "]", "no row in common"),
            fault(
                    "a benchmark that was removed",
                    5,
                    "[" + row(UNMAP, 2) + "]",
                    "--base @/two.json",
                    "MISSING 1 of 2 rows",
                    key(MAP)),
            fault("the same result twice", 2, base(), "are the same result"),
            fault(
                    "too few forks, where that blocks",
                    3,
                    "[" + row(MAP, 2, 1) + "]",
                    "--config @/strict.json",
                    "INCONCLUSIVE"),
            fault(
                    "no raw data, where that blocks",
                    3,
                    "[" + scoreOnly(MAP, 2) + "]",
                    "--config @/strict.json",
                    "INCONCLUSIVE"),
            fault("a waiver that expired", 2, whole(), "--config @/expired.json", "expired on 2020-01-01"),
            fault("a waiver that nothing needs", 2, whole(), "--config @/waiver.json", "is not needed any more"),
            fault("a waiver of no row", 2, whole(), "--config @/stranger.json", "names a row that neither jar has"),
            fault(
                    "a regression above its waiver's ceiling",
                    1,
                    "[" + row(MAP, 3) + "]",
                    "--config @/waiver.json",
                    "above the ceiling"),
            fault("a regression beside a missing row", 1, "[" + row(MAP, 3) + "]", "--base @/two.json", "MISSING"),
            fault("a configuration that is not there", 2, whole(), "--config @/none.json", "there is no such file"),
            fault("a configuration that is broken", 2, whole(), "--config @/broken.json", "broken.json: line 1"),
            fault("a key that nobody knows", 2, whole(), "--config @/unknown.json", "limits is unknown"),
            fault("a profile that nobody knows", 2, whole(), "--profile none", "there is no profile 'none'"),
            fault("a profile that judges no time", 2, whole(), "--profile smoke", "no row has the layer time"),
            fault("a filter that finds nothing", 5, whole(), "--include nothing", "finds none of 1 rows"),
            fault("a filter that leaves nothing", 5, whole(), "--exclude .", "no row is chosen"),
            fault("settings of no row", 5, whole(), "--config @/idle.json", "'Nobody' hold for none of 1 rows"),
            fault("a filter that is no expression", 2, whole(), "--include (", "'--include'"),
            fault("a report with no place to go", 2, whole(), "--json @/none/x.json", "there is no directory"),
            fault("a report where a directory is", 2, whole(), "--junit @", "not a regular file"));

    /** Rows: name, command line, parts of what is printed; all end with exit code 2. */
    private static final List<Arguments> COMMANDS = List.of(
            command("no head to measure", "ab --base @/none.jar", "--head"),
            command("no base to measure", "ab --head @/none.jar", "--base"),
            command("two bases", "ab --base @/none.jar --base-ref HEAD --head @/none.jar", "mutually exclusive"),
            command(
                    "jars that are not there",
                    "ab --base @/none.jar --head @/none.jar",
                    "none.jar: there is no such jar"),
            command("a directory as a jar", "ab --base @ --head @", "there is no such jar"),
            command("a jar that is none", "ab --base @/base.json --head @/base.json", "base.json"),
            command("no jar to check", "check --jar @/none.jar", "there is no such jar"),
            command("no jar to compare with itself", "aa --jar @/none.jar", "there is no such jar"),
            command("a seed that is no number", "aa --jar @/none.jar --seed x", "'--seed'"),
            command("a run by an expired waiver", "ab --base @/a --head @/b --config @/expired.json", "expired on"),
            command("a run by a broken configuration", "check --jar @/a --config @/broken.json", "broken.json: line 1"),
            command("a run of no profile", "aa --jar @/a --profile none", "there is no profile 'none'"),
            command("a run that cannot be told", "ab --base @/a --head @/b --html @/none/x", "there is no directory"),
            command("a report in a read-only place", "aa --jar @/a --json /proc/none", "/proc/none: cannot be written"),
            command("a check over its jar", "check --jar @/a --markdown @/a", "a: is read by this command"),
            command("a run over its jar", "aa --jar @/a --html @/./a", "is read by this command"),
            command("no base", "compare --head @/base.json", "--base"),
            command(
                    "a base that is not there",
                    "compare --base @/none.json --head @/base.json",
                    "none.json: cannot be read"),
            command(
                    "a head that is not there",
                    "compare --base @/base.json --head @/none.json",
                    "none.json: cannot be read"),
            command("a directory as the head", "compare --base @/base.json --head @", "cannot be read"),
            command("a report that is not there", "report @/none.json", "cannot be read"),
            command("a report that was cut off", "report @/torn-report.json", "not whole JSON"),
            command("a report of another version", "report @/future.json", "tce.gate.report.v2"),
            command("something else than a report", "report @/base.json", "not a report"),
            command("a report with a field too many", "report @/extra.json", "no such field"),
            command("a row that is not there", "explain nothing --report @/report.json", "no row is called 'nothing'"),
            command("a row's name that two have", "explain Queue --report @/report.json", "rows are called"),
            command("no report to explain", "explain Queue", "--report"),
            command("a look of no length", "doctor --seconds 0", "not in 1..3600"),
            command("a history that is not there", "history show --file @/none.jsonl", "there is no such history"),
            command("a history of something else", "history show --file @/base.json", "line 1: not JSON"),
            command("no run of these machines", "history show --file @/history.jsonl --host-class x", "only of 'box'"),
            command("a figure that no run has", "history show --file @/history.jsonl --metric x", "no run has such"),
            command(
                    "a figure to export that no run has",
                    "history export --file @/history.jsonl --metric x",
                    "no run has"),
            command("rows that no run has", "history show --file @/history.jsonl --include x", "no row of these runs"),
            command(
                    "a promotion of no run",
                    "history promote c9 --reason x --file @/history.jsonl",
                    "no run of commit"),
            command("a promotion without reason", "history promote c1 --file @/history.jsonl", "--reason"),
            command(
                    "a run from a broken report",
                    "history add @/torn-report.json --commit c --host-class box --file @/new.jsonl",
                    "not whole JSON"));

    private static Arguments fault(final String name, final int exitCode, final String head, final String... parts) {
        final boolean options = parts[0].startsWith("--");
        return Arguments.of(
                name,
                exitCode,
                head,
                options ? parts[0] : "",
                Arrays.asList(parts).subList(options ? 1 : 0, parts.length));
    }

    private static Arguments command(final String name, final String line, final String part) {
        return Arguments.of(name, line, part);
    }

    /** A head that passes. */
    private static String whole() {
        return "[" + row(MAP, 2) + "]\n";
    }

    private static String base() {
        return "[" + row(MAP, 2) + "]";
    }

    /** The same head with one thing changed. */
    private static String changed(final String from, final String to) {
        assertTrue(whole().contains(from), from);
        return whole().replace(from, to);
    }

    @BeforeAll
    static void write() throws IOException {
        JmhResults.write(directory, "base.json", row(MAP, 2));
        JmhResults.write(directory, "two.json", row(MAP, 2), row(UNMAP, 2));
        put("strict.json", "{\"defaults\": {\"onInconclusive\": \"fail\"}}");
        put("waiver.json", waiver(key(MAP), "2999-12-31"));
        put("expired.json", waiver(key(MAP), "2020-01-01"));
        put("stranger.json", waiver("org.example.Nobody", "2999-12-31"));
        put("idle.json", "{\"rows\": [{\"match\": \"Nobody\", \"limit\": \"2%\"}]}");
        put("broken.json", "{\"defaults\": ");
        put("unknown.json", "{\"limits\": {}}");
        final String report = ReportJson.write(SampleReports.everyVerdict());
        put("report.json", report);
        put("torn-report.json", report.substring(0, report.length() / 2));
        put("future.json", report.replace("tce.gate.report.v1", "tce.gate.report.v2"));
        put("extra.json", report.replaceFirst("\"seed\"", "\"more\" : 1, \"seed\""));
        new HistoryFile(directory.resolve("history.jsonl"))
                .append(HistoryRun.of(SampleReports.everyVerdict(), "c1", "box", 1));
    }

    private static void put(final String name, final String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static String waiver(final String row, final String expires) {
        return """
                {"waivers": [{"row": "%s", "layer": "time", "ceiling": "25%%", "expires": "%s",
                              "reason": "checks more", "owner": "issue 1"}]}""".formatted(row, expires);
    }

    private static TceRun run(final String line) {
        return TceRun.of(words("gate " + line.replace("@", directory.toString())));
    }

    private static TceRun compare(final String head, final String options) throws IOException {
        put("head.json", head);
        final String base = options.contains("--base") ? "" : "--base @/base.json ";
        return run("compare --same-machine " + base + "--head @/head.json " + options);
    }

    @Test
    void shouldPassWhenThereIsNoFault() throws IOException {
        final TceRun run = compare(whole(), "");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("tce gate: PASS 1 row\n"), run.out());
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("RESULTS")
    void shouldFailClosedWhenAResultIsNotWhatItShouldBe(
            final String name, final int exitCode, final String head, final String options, final List<String> parts)
            throws IOException {
        final TceRun run = compare(head, options);
        assertEquals(exitCode, run.exitCode(), run.out() + run.err());
        parts.forEach(part -> assertTrue((run.out() + run.err()).contains(part), run.out() + run.err()));
        assertFalse(run.out().contains("tce gate: PASS") && exitCode != 2, run.out());
        assertFalse(run.err().contains("unexpected"), run.err());
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("COMMANDS")
    void shouldFailClosedWhenACommandCannotDoWhatItIsToldTo(final String name, final String line, final String part) {
        final TceRun run = run(line);
        assertEquals(2, run.exitCode(), run.out() + run.err());
        assertEquals("", run.out());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertFalse(run.err().contains("unexpected"), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab --base @/base.json --head @/two.json",
                "aa --jar @/base.json",
                "check --jar @/base.json",
                "power --jar @/base.json",
                "power --report @/report.json",
                "selftest --jar @/base.json --dir @/self"
            })
    void shouldRefuseAJvmThatCannotRunBeforeAnythingElse(final String line) {
        for (final String jvm : List.of("@/none", "@", "@/base.json")) {
            final TceRun run = run(line + " --seed 1 --jvm " + jvm);
            assertEquals(2, run.exitCode(), run.out() + run.err());
            assertEquals("", run.out());
            assertEquals(1, run.errLines().size(), run.err());
            final String file = jvm.replace("@", directory.toString());
            assertTrue(run.err().contains("'--jvm': " + file + ": is no file that can be executed"), run.err());
        }
        assertFalse(Files.exists(directory.resolve("self")));
    }

    @Test
    void shouldNotBeLedAstrayByStrangeNames() throws IOException {
        final String strange = "org.example.Größe.n\\u00e4chste$C:\\\\dir\\\\file|`x`";
        final Path base = JmhResults.write(directory, "strange-base.json", row(strange, 2));
        final Path head = JmhResults.write(directory, "strange-head.json", row(strange, 3));
        final TceRun run = TceRun.of(Stream.of(words("gate compare --same-machine --base", base, "--head", head))
                .toArray());
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.out().contains("Größe.nächste$C:\\dir\\file|`x`"), run.out());
    }
}
