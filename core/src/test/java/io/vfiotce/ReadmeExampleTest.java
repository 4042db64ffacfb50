package io.vfiotce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is true: the example compiles without a warning and prints what it says. */
class ReadmeExampleTest {
    private static final int MAX_EXAMPLE_LINES = 30;
    private static final int MAX_README_LINES = 80;
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    @TempDir
    private Path directory;

    /** The folder of the whole project, found from that of a module. */
    private static Path root() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            final Path pom = folder.resolve("pom.xml");
            if (Files.isRegularFile(pom) && Files.readString(pom).contains("<module>core</module>")) {
                return folder;
            }
        }
        throw new AssertionError(
                "no pom with the module core above " + Path.of("").toAbsolutePath());
    }

    private static String readme() throws IOException {
        return Files.readString(root().resolve("README.md"));
    }

    private static String example() throws IOException {
        final List<String> blocks = JAVA_BLOCK
                .matcher(readme())
                .results()
                .map(block -> block.group(1))
                .toList();
        assertEquals(1, blocks.size(), "Java blocks of the README");
        return blocks.get(0);
    }

    /** Compiles the example and returns what the compiler says. */
    private String compile(final String className) throws IOException {
        final Path source = Files.writeString(directory.resolve(className + ".java"), example());
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final List<String> options = List.of(
                    "-Xlint:all",
                    // About the class path; about a mapping that only has to be open.
                    "-Xlint:-path",
                    "-Xlint:-try",
                    "-proc:none",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "-d",
                    directory.toString());
            compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        return messages.toString();
    }

    /** Runs the example as a reader would, with the flag, and returns all that it prints. */
    private List<String> run(final String className) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        ForkedJvm.AGRONA_FLAG,
                        "-cp",
                        directory + File.pathSeparator + System.getProperty("java.class.path"),
                        className)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    @Test
    void shouldCompileWithoutAWarningAndPrintWhatItSaysWhenRun() throws IOException, InterruptedException {
        final String example = example();
        assertTrue(example.lines().count() <= MAX_EXAMPLE_LINES, "the example has too many lines");
        final Matcher declaration = Pattern.compile("public class (\\w+)").matcher(example);
        assertTrue(declaration.find(), "the example declares no public class");
        assertEquals("", compile(declaration.group(1)));
        final Matcher promise = Pattern.compile("println\\(.*; // (.+)").matcher(example);
        assertTrue(promise.find(), "the example does not say what it prints");
        assertEquals("0 0x2003", promise.group(1));
        assertEquals(List.of("0 0x2003"), run(declaration.group(1)));
    }

    @Test
    void shouldBeShortAndNameBothCommandsWhenRead() throws IOException {
        final List<String> lines = readme().lines().toList();
        assertTrue(lines.size() < MAX_README_LINES, lines.size() + " lines");
        for (final String command : List.of("tools/tce run", "mvn verify")) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.strip().startsWith(command + " ")),
                    "no line shows the command " + command);
        }
        assertTrue(Files.isExecutable(root().resolve("tools/tce")));
    }
}
