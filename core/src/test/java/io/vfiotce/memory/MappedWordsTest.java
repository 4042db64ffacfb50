package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.support.ForkedJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of mapped files, seen by both sides; what a file that was cut short does comes up where it is asked for. */
class MappedWordsTest {
    private static final int BYTES = 4096;

    @TempDir
    Path temporary;

    @Test
    void shouldSeeEachWordWhenTheOtherMappingWritesIt() throws IOException {
        final Path file = temporary.resolve("words");
        Files.write(file, new byte[BYTES]);
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        final WordPage page = offHeap.allocate(64);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final WritableWords writer = WritableWords.mapWritable(channel, BYTES);
            final MappedWords reader = MappedWords.map(channel, BYTES);
            writer.setWordPlain(0, 1);
            writer.setWordRelease(1, 2);
            writer.setWordFirst(2, 3);
            page.setWordPlain(5, 4);
            page.setWordPlain(6, 5);
            writer.store(510, page, 5, 2);
            assertEquals(List.of(1L, 2L, 3L), List.of(reader.wordPlain(0), reader.wordAcquire(1), reader.wordPlain(2)));
            reader.copy(510, page, 0, 2);
            assertEquals(List.of(4L, 5L), List.of(page.wordPlain(0), page.wordPlain(1)));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.wordAcquire(BYTES / Long.BYTES));
            assertThrows(IndexOutOfBoundsException.class, () -> writer.setWordPlain(-1, 0));
        }
        offHeap.free(page);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:-UseTLAB"})
    void shouldComeUpWhereItIsSettledWhenAFileWasCutShort(final String compiler) {
        final List<String> lines = ForkedJvm.run(
                List.of(ForkedJvm.AGRONA_FLAG, compiler),
                SettleProbe.class,
                List.of(temporary.resolve("file").toString()));
        assertEquals(List.of("sound true", "copied true", "kept true", "sound false", "sound false"), lines);
    }
}
