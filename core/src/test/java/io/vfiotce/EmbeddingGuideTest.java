package io.vfiotce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.DocExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the embedding guide shows is true: its programs compile without a warning and print what they say. */
class EmbeddingGuideTest {
    private static final List<String> PROGRAMS = List.of("SingleThread", "AgentThreads", "OwnMemory", "OwnHandler");

    @TempDir
    private Path directory;

    private static List<DocExample> examples() throws IOException {
        return DocExample.of(Files.readString(DocExample.root().resolve("core/docs/embedding.md")));
    }

    @Test
    void shouldHaveTheProgramsAndBeNamedInTheReadme() throws IOException {
        assertEquals(PROGRAMS, examples().stream().map(DocExample::className).toList());
        assertTrue(Files.readString(DocExample.root().resolve("README.md")).contains("(core/docs/embedding.md)"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldCompileWithoutAWarningAndPrintWhatItSaysWhenRun(final int number)
            throws IOException, InterruptedException {
        final DocExample example = examples().get(number);
        assertEquals("", example.compile(directory));
        assertFalse(example.promises().isEmpty(), "the example does not say what it prints");
        assertEquals(example.promises(), example.run(directory));
    }
}
