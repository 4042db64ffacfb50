package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without Agrona's flag the library says so in one sentence, each time. */
class MissingFlagTest {
    @Test
    void shouldNameTheFlagEachTimeWhenItIsMissing() {
        final List<String> lines = ForkedJvm.run(List.of(), MissingFlagProbe.class, List.of());
        assertEquals(2, lines.size(), lines::toString);
        assertEquals(lines.get(0), lines.get(1));
        assertTrue(
                lines.get(0)
                        .matches("java\\.lang\\.IllegalStateException: [^.]*"
                                + "--add-exports java\\.base/jdk\\.internal\\.misc=ALL-UNNAMED[^.]*('s)?[^.]*\\."),
                lines.get(0));
    }

    @Test
    void shouldMakeAVmWhenTheFlagIsThere() {
        final List<String> lines = ForkedJvm.run(List.of(ForkedJvm.AGRONA_FLAG), MissingFlagProbe.class, List.of());
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("made io.vfiotce.kvm.Vm@"), lines.get(0));
    }
}
