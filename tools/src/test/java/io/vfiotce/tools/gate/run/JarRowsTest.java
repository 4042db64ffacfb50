package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a jar, and the choice among them. */
class JarRowsTest {
    private static final String LIST = "echo 'Benchmarks: '; echo a.B.c; echo '  param \"n\" = {1, 2}'; echo a.D.e";

    @TempDir
    private Path temp;

    private SortedSet<RowName> list(final String script) throws Exception {
        return JarRows.list(new FakeJava(temp).writing(script), temp.resolve("x.jar"));
    }

    private static List<String> texts(final SortedSet<RowName> rows) {
        return rows.stream().map(RowName::text).toList();
    }

    @Test
    void shouldListRowsWhenTheJarHasJmh() throws Exception {
        assertEquals(List.of("a.B.c n=1", "a.B.c n=2", "a.D.e"), texts(list(LIST)));
        assertEquals(
                List.of("-cp", temp.resolve("x.jar").toString(), "org.openjdk.jmh.Main", "-lp"),
                new FakeJava(temp).args());
    }

    @Test
    void shouldSayWhyWhenTheJarHasNoJmh() {
        final String said = assertThrows(
                        BadInputException.class,
                        () -> list("echo 'Error: Could not find or load main class org.openjdk.jmh.Main'; exit 1"))
                .getMessage();
        assertTrue(said.endsWith("is no JMH jar: Error: Could not find or load main class org.openjdk.jmh.Main"), said);
        assertThrows(GateDataException.class, () -> list("echo 'Benchmarks: '"));
    }

    @Test
    void shouldChooseByTextAndParametersWhenFiltersAreGiven() throws Exception {
        final SortedSet<RowName> rows = list(LIST);
        assertEquals(texts(rows), texts(new RowFilter(List.of(), List.of(), new TreeMap<>()).choose(rows)));
        assertEquals(
                List.of("a.B.c n=1", "a.B.c n=2"),
                texts(new RowFilter(List.of(Pattern.compile("B")), List.of(), new TreeMap<>()).choose(rows)));
        assertEquals(
                List.of("a.B.c n=1", "a.D.e"),
                texts(new RowFilter(List.of(), List.of(Pattern.compile("n=2$")), new TreeMap<>()).choose(rows)));
        assertEquals(
                List.of("a.B.c n=2", "a.D.e"),
                texts(new RowFilter(List.of(), List.of(), new TreeMap<>(Map.of("n", "2"))).choose(rows)));
    }

    @Test
    void shouldRefuseArgumentsThatJmhWouldMisread() {
        assertThrows(
                BadInputException.class,
                () -> new ForkSettings("java", List.of("-Da=\"b\""), List.of(), 1, 1, 1, 1, 1));
        assertThrows(BadInputException.class, () -> new ForkSettings("java", List.of(), List.of(), 1, 1, 0, 1, 1));
    }

    @Test
    void shouldRefuseWhenAJarIsMissing() throws Exception {
        final Path there = Files.writeString(temp.resolve("there.jar"), "x");
        final String said = assertThrows(
                        BadInputException.class,
                        () -> RunDirectory.create(temp.resolve("out"), there, temp.resolve("no.jar")))
                .getMessage();
        assertTrue(said.endsWith("no.jar: is no file"), said);
    }

    @Test
    void shouldKeepTheJarsOfARunWhenOthersAreGivenLater() throws Exception {
        final Path base = Files.writeString(temp.resolve("a.jar"), "old");
        final Path head = Files.writeString(temp.resolve("b.jar"), "new");
        final RunDirectory directory = RunDirectory.create(temp.resolve("out"), base, head);
        assertEquals(directory, RunDirectory.create(temp.resolve("out"), base, head));
        final String said = assertThrows(
                        BadInputException.class, () -> RunDirectory.create(temp.resolve("out"), head, head))
                .getMessage();
        assertTrue(said.contains("base.jar: belongs to another run"), said);
        assertEquals("old", Files.readString(directory.jar(Arm.BASE)));
        assertEquals("new", Files.readString(directory.jar(Arm.HEAD)));
    }
}
