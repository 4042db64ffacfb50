package io.vfiotce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.DocExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is true: the example compiles without a warning and prints what it says. */
class ReadmeExampleTest {
    private static final int MAX_EXAMPLE_LINES = 30;
    private static final int MAX_README_LINES = 80;

    @TempDir
    private Path directory;

    private static String readme() throws IOException {
        return Files.readString(DocExample.root().resolve("README.md"));
    }

    @Test
    void shouldCompileWithoutAWarningAndPrintWhatItSaysWhenRun() throws IOException, InterruptedException {
        final List<DocExample> examples = DocExample.of(readme());
        assertEquals(1, examples.size(), "Java blocks of the README");
        final DocExample example = examples.get(0);
        assertTrue(example.source().lines().count() <= MAX_EXAMPLE_LINES, "the example has too many lines");
        assertEquals("", example.compile(directory));
        assertEquals(List.of("0 0x2003"), example.promises());
        assertEquals(List.of("0 0x2003"), example.run(directory));
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
        assertTrue(Files.isExecutable(DocExample.root().resolve("tools/tce")));
    }
}
