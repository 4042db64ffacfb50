package io.vfiotce.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.support.ForkedJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut short and made as long again within one call: it says so itself, and nothing comes up in the next. */
class SharedCutTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"})
    void shouldLeaveNothingBehindWhenAFileIsCutAndGrown(final String compiler) {
        final List<String> lines = ForkedJvm.run(
                List.of(ForkedJvm.AGRONA_FLAG, compiler),
                SharedCutProbe.class,
                List.of(temporary.resolve("handoff").toString()));
        assertEquals(
                List.of(
                        "response cut while it waits: answered false, fenced true",
                        "behind the fence: answered false, fenced true",
                        "once it is lifted: answered true, fenced false",
                        "response cut before: answered true, fenced false",
                        "request cut while it waits: answered false, fenced true"),
                lines.stream().filter(line -> line.contains("answered")).toList(),
                lines::toString);
    }
}
