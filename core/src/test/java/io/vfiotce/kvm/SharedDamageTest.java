package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.support.ForkedJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are cut, deleted or replaced while vCPUs call: the JVM lives, every call ends legally, the VM goes on. */
class SharedDamageTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "cut-response,yield,true",
        "cut-response,spin,true",
        "cut-cells,yield,true",
        "cut-request,yield,true",
        "cut-request,spin,true",
        "cut-lists,spin,true",
        "cut-second-list,yield,true",
        "cut-second-list,spin,true",
        "cut-and-grow,yield,",
        "cut-and-grow,spin,",
        "delete,yield,false",
        "replace,yield,false"
    })
    void shouldLiveWhenTheFilesAreDamaged(final String damage, final String idle, final Boolean isFenced) {
        final List<String> lines = ForkedJvm.run(
                List.of(ForkedJvm.AGRONA_FLAG, "-XX:-TieredCompilation", "-XX:+UseSerialGC"),
                SharedDamageProbe.class,
                List.of(temporary.resolve("handoff").toString(), damage, idle));
        assertEquals("ended", lines.get(lines.size() - 1), lines::toString);
        if (isFenced != null) {
            assertEquals(
                    1, lines.stream().filter(("fenced " + isFenced)::equals).count(), lines::toString);
        }
    }
}
