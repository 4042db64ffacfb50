package io.vfiotce.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vfiotce.support.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that one JDK has written restores to the identical state on another; skipped where there is only one. */
class SnapshotJdkTest {
    @TempDir
    Path temporary;

    private Path otherHome;

    @BeforeEach
    void findOther() {
        final Optional<Path> other = ForkedJvm.otherJdk();
        assumeTrue(other.isPresent(), "there is no second JDK in /usr/lib/jvm");
        otherHome = other.get();
    }

    private String onOther(final String what, final Path file) {
        return ForkedJvm.run(
                        otherHome, List.of(ForkedJvm.AGRONA_FLAG), SnapshotProbe.class, List.of(what, file.toString()))
                .get(0);
    }

    @Test
    void shouldRestoreTheSameOnTheOtherJdkWhenItIsWrittenHere() throws IOException {
        final Path file = temporary.resolve("here");
        final String state = SnapshotProbe.save(file);
        assertEquals(state, SnapshotProbe.restore(file));
        assertEquals(state, onOther("restore", file));
    }

    @Test
    void shouldRestoreTheSameHereWhenItIsWrittenByTheOtherJdk() throws IOException {
        final Path file = temporary.resolve("there");
        final Path here = temporary.resolve("here");
        final String state = onOther("save", file);
        assertEquals(state, SnapshotProbe.restore(file));
        SnapshotProbe.save(here);
        assertArrayEquals(Files.readAllBytes(here), Files.readAllBytes(file));
    }
}
