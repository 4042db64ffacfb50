package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that cannot have changed are controls, and only those. */
class ClassClosureTest {
    private static final Map<String, String> SOURCES = Map.of(
            "a.Near", "package a; public class Near { int call() { return new b.Far().value(); } }",
            "a.Lone", "package a; public class Lone { int call() { return 1; } }",
            "a.Named",
                    "package a; public class Named { Object call() throws Exception {"
                            + " return Class.forName(\"b.Hidden\"); } }",
            "a.Reads",
                    "package a; public class Reads { Object call() {"
                            + " return Reads.class.getResource(\"table.txt\"); } }",
            "a.Serves",
                    "package a; public class Serves { Object call() {"
                            + " return java.util.ServiceLoader.load(b.Plug.class); } }",
            "b.Far", "package b; public class Far { b.Deep[] deep; public int value() { return 2; } }",
            "b.Deep", "package b; public class Deep { int value() { return 3; } }",
            "b.Hidden", "package b; public class Hidden { int value() { return 4; } }",
            "b.Plug", "package b; public interface Plug { }",
            "b.Plugged", "package b; public class Plugged implements Plug { int value() { return 5; } }");

    /** Classes that no class names. */
    private static final Map<String, String> APART = Map.of(
            "c.Chosen", "package c; public class Chosen { int value() { return 6; } }",
            "c.Agent", "package c; public class Agent { int value() { return 7; } }",
            "c.Forked", "package c; public class Forked { int value() { return 8; } }");

    private static final SortedSet<RowName> ROWS = rows("a.Near", "a.Lone", "a.Named", "a.Reads", "a.Serves");

    @TempDir
    private Path temp;

    private static SortedMap<String, String> sources() {
        final SortedMap<String, String> sources = new TreeMap<>(SOURCES);
        sources.putAll(APART);
        return sources;
    }

    private static SortedSet<RowName> rows(final String... classes) {
        final SortedSet<RowName> rows = new TreeSet<>();
        for (final String name : classes) {
            rows.add(new RowName(name + ".call", new TreeMap<>()));
        }
        return rows;
    }

    /** Compiles the sources into a jar with a list of benchmarks, as the generated classes would stand in it. */
    private Path jar(final String name, final String changedClass, final String from, final String to)
            throws IOException {
        final Path classes = Files.createDirectories(temp.resolve(name));
        final List<String> args = new ArrayList<>(List.of("-d", classes.toString()));
        for (final Map.Entry<String, String> source : sources().entrySet()) {
            final String text = source.getValue();
            final String used = source.getKey().equals(changedClass) ? text.replace(from, to) : text;
            args.add(Files.writeString(classes.resolve(source.getKey().substring(2) + ".java"), used)
                    .toString());
        }
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new)));
        final SortedMap<String, byte[]> entries = new TreeMap<>();
        for (final String type : sources().keySet()) {
            final String path = type.replace('.', '/') + ".class";
            entries.put(path, Files.readAllBytes(classes.resolve(path)));
        }
        entries.put("META-INF/BenchmarkList", list().getBytes(StandardCharsets.UTF_8));
        entries.put(
                "META-INF/MANIFEST.MF",
                "Add-Exports: java.base/jdk.internal.misc\nPremain-Class: c.Ag\n ent\n"
                        .getBytes(StandardCharsets.UTF_8));
        entries.put(
                "META-INF/CompilerHints",
                "quiet\ninline,a/Near.call\ndontinline,*.*_jmhStub\n".getBytes(StandardCharsets.UTF_8));
        entries.put("META-INF/services/b.Plug", "b.Plugged\n".getBytes(StandardCharsets.UTF_8));
        entries.put("a/table.txt", "1 2 3".getBytes(StandardCharsets.UTF_8));
        final Path jar = temp.resolve(name + ".jar");
        write(jar, entries);
        return jar;
    }

    private static String list() {
        final StringBuilder list = new StringBuilder();
        ROWS.forEach(row -> {
            final String type = row.benchmark().replace(".call", "");
            list.append("JMH S 6 ")
                    .append(type)
                    .append(" S 6 ")
                    .append(type)
                    .append(" S 4 call S 11 AverageTime E")
                    .append(type.equals("a.Lone") ? " S 11 -Dx=c.Forked" : "")
                    .append('\n');
        });
        return list.toString();
    }

    private static void write(final Path jar, final SortedMap<String, byte[]> entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (final Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
    }

    private SortedSet<RowName> controlsAfter(
            final String changedClass, final String from, final String to, final String... args) throws IOException {
        final ClassClosure base = ClassClosure.read(jar("base", "", "", ""), List.of(args));
        final ClassClosure head = ClassClosure.read(jar("head", changedClass, from, to), List.of(args));
        return ClassClosure.controls(base, head, ROWS, Map.of());
    }

    /** What are controls if one entry of the head, that is no class, has another text; an empty text removes it. */
    private SortedSet<RowName> controlsAfter(final String entry, final String text) throws IOException {
        final Path base = jar("base", "", "", "");
        final Path head = temp.resolve("head.jar");
        final SortedMap<String, byte[]> entries = new TreeMap<>();
        try (ZipFile zip = new ZipFile(base.toFile())) {
            for (final ZipEntry old : zip.stream().toList()) {
                entries.put(old.getName(), zip.getInputStream(old).readAllBytes());
            }
        }
        entries.put(entry, text.getBytes(StandardCharsets.UTF_8));
        if (text.isEmpty()) {
            entries.remove(entry);
        }
        write(head, entries);
        return ClassClosure.controls(
                ClassClosure.read(base, List.of()), ClassClosure.read(head, List.of()), ROWS, Map.of());
    }

    @Test
    void shouldCallEveryRowAControlWhenNothingDiffers() throws IOException {
        assertEquals(ROWS, controlsAfter("", "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "META-INF/MANIFEST.MF, Add-Exports: java.base/sun.nio.ch",
        "META-INF/MANIFEST.MF, ''",
        "META-INF/maven/a/b/pom.properties, version=2",
        "META-INF/CompilerHints, dontinline",
        "a/table.txt, 1 2 4",
        "a/table.txt, ''",
        "b/other.bin, new"
    })
    void shouldCallNoRowAControlWhenAnythingDiffersThatIsNoClass(final String entry, final String text)
            throws IOException {
        assertEquals(rows(), controlsAfter(entry, text));
    }

    @Test
    void shouldTellHintsAndListApartByRow() throws IOException {
        final String hints = "quiet\ninline,a/Near.call\ndontinline,*.*_jmhStub\n";
        assertEquals(
                rows("a.Lone", "a.Named", "a.Reads", "a.Serves"),
                controlsAfter("META-INF/CompilerHints", hints.replace("inline,a/Near", "exclude,a/Near")));
        assertEquals(rows(), controlsAfter("META-INF/CompilerHints", hints + "inline,*.*_more\n"));
        final String list = list();
        assertEquals(
                rows("a.Near", "a.Named", "a.Reads", "a.Serves"),
                controlsAfter(
                        "META-INF/BenchmarkList",
                        list.replace("a.Lone S 4 call S 11 Average", "a.Lone S 4 call S 10 Sample")));
        assertEquals(
                ROWS,
                controlsAfter(
                        "META-INF/BenchmarkList", list + "JMH S 5 a.New S 5 a.New S 4 call S 11 AverageTime E\n"));
    }

    @Test
    void shouldFollowReferencesWhenADistantClassChanges() throws IOException {
        assertEquals(rows("a.Lone", "a.Named", "a.Reads", "a.Serves"), controlsAfter("b.Deep", "3", "33"));
    }

    @Test
    void shouldFollowTextsWhenAClassIsOnlyNamed() throws IOException {
        assertEquals(rows("a.Near", "a.Lone", "a.Reads", "a.Serves"), controlsAfter("b.Hidden", "4", "44"));
    }

    @Test
    void shouldFollowServicesWhenAProviderChanges() throws IOException {
        assertEquals(rows("a.Near", "a.Lone", "a.Named", "a.Reads"), controlsAfter("b.Plugged", "5", "55"));
    }

    @Test
    void shouldFollowArgumentsOfTheRunWhenTheyNameAClass() throws IOException {
        for (final String argument : List.of(
                "-Dx.impl=c.Chosen",
                "-Dx.impls=other.Impl,c.Chosen",
                "-XX:CompileCommand=inline,c/Chosen.value",
                "-jvmArgs -Xms1g -Dx.impl=c.Chosen")) {
            assertEquals(rows(), controlsAfter("c.Chosen", "6", "66", "-Xmx1g", argument), argument);
        }
        assertEquals(ROWS, controlsAfter("c.Chosen", "6", "66", "-Dx.impl=c.Chosens", "-Dx=Chosen"));
    }

    @Test
    void shouldFollowTheManifestWhenThereIsAnAgent() throws IOException {
        assertEquals(rows(), controlsAfter("c.Agent", "7", "77", "-javaagent:bench.jar"));
        assertEquals(ROWS, controlsAfter("c.Agent", "7", "77"));
    }

    @Test
    void shouldFollowTheListWhenABenchmarksOwnArgumentsNameAClass() throws IOException {
        assertEquals(rows("a.Near", "a.Named", "a.Reads", "a.Serves"), controlsAfter("c.Forked", "8", "88"));
    }

    @Test
    void shouldCallNoRowAControlWhenTheListDoesNotHaveIt() throws IOException {
        final ClassClosure jar = ClassClosure.read(jar("base", "", "", ""), List.of());
        assertEquals(rows(), ClassClosure.controls(jar, jar, rows("a.Unlisted"), Map.of()));
    }

    @Test
    void shouldFollowTheProgramOfALatencyRow() throws IOException {
        final ClassClosure base = ClassClosure.read(jar("base", "", "", ""), List.of());
        final ClassClosure head = ClassClosure.read(jar("head", "b.Deep", "3", "33"), List.of());
        final RowName row = new RowName("slow", new TreeMap<>(Map.of("rate", "10")));
        final SortedSet<RowName> only = new TreeSet<>(List.of(row));
        assertEquals(only, ClassClosure.controls(base, head, only, Map.of(row, List.of("a.Lone"))));
        assertEquals(rows(), ClassClosure.controls(base, head, only, Map.of(row, List.of("a.Near"))));
        assertEquals(rows(), ClassClosure.controls(base, head, only, Map.of(row, List.of("a.Gone"))));
        assertEquals(
                rows(),
                ClassClosure.controls(base, head, only, Map.of(row, List.of("a.Lone", "10", "impl=b.Deep"))),
                "named by an argument");
    }

    @Test
    void shouldRefuseWhenItIsNoJar() throws IOException {
        final Path file = Files.writeString(temp.resolve("x.jar"), "no zip");
        final String said = assertThrows(BadInputException.class, () -> ClassClosure.read(file, List.of()))
                .getMessage();
        assertTrue(said.contains("x.jar: is no jar"), said);
    }
}
