package io.vfiotce.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/**
 * A Java program in a Markdown document. It says what it prints in comments behind {@code println}.
 *
 * @param className its public class
 * @param source the program
 */
public record DocExample(String className, String source) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
    private static final Pattern PROMISE = Pattern.compile("println\\(.*; // (.+)");

    /** The folder of the whole project, found from that of a module. */
    public static Path root() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            final Path pom = folder.resolve("pom.xml");
            if (Files.isRegularFile(pom) && Files.readString(pom).contains("<module>core</module>")) {
                return folder;
            }
        }
        throw new AssertionError(
                "no pom with the module core above " + Path.of("").toAbsolutePath());
    }

    /** All programs of a document. */
    public static List<DocExample> of(final String document) {
        return BLOCK.matcher(document)
                .results()
                .map(block -> new DocExample(className(block.group(1)), block.group(1)))
                .toList();
    }

    private static String className(final String source) {
        final Matcher declaration = CLASS.matcher(source);
        assertTrue(declaration.find(), "the example declares no public class");
        return declaration.group(1);
    }

    /** What it says that it prints, by lines. */
    public List<String> promises() {
        return PROMISE.matcher(source).results().map(line -> line.group(1)).toList();
    }

    /** Compiles it into a folder and returns what the compiler says. */
    public String compile(final Path directory) throws IOException {
        final Path file = Files.writeString(directory.resolve(className + ".java"), source);
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
            compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
        }
        return messages.toString();
    }

    /** Runs it as a reader would, with the flag, and returns all that it prints. */
    public List<String> run(final Path directory) throws IOException, InterruptedException {
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
}
