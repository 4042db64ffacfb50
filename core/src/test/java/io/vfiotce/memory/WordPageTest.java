package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of a page: every access lands where it should and nowhere else. */
class WordPageTest {
    private static final int WORDS = 1024;
    private static final long OLD = 0x1111_2222_3333_4444L;

    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final WordPage page = offHeap.allocate(WORDS * Long.BYTES);

    @AfterEach
    void free() {
        offHeap.free(page);
    }

    private void fillOld() {
        for (int i = 0; i < WORDS; i++) {
            page.setWordPlain(i, OLD);
        }
    }

    @Test
    void shouldReadWhatWasWrittenWhenOrderingsDiffer() {
        page.setWordRelease(0, -2);
        page.setWordPlain(WORDS - 1, 0x0102_0304_0506_0708L);
        assertEquals(-2, page.wordAcquire(0));
        assertEquals(-2, page.wordPlain(0));
        assertEquals(-2, page.wordOpaque(0));
        assertEquals(0x0102_0304_0506_0708L, page.wordAcquire(WORDS - 1));
        assertEquals(0, page.wordPlain(1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 1",
        "1, 62",
        "1, 63",
        "1, 64",
        "3, 65",
        "0, 511",
        "5, 512",
        "512, 512",
        "0, 1024",
        "1023, 1",
        "1024, 0",
        "960, 64"
    })
    void shouldWriteExactlyTheRangeWhenFilling(final int first, final int count) {
        for (final long value : new long[] {0, 0x800, -1, 0x0100_0000_0000_0000L}) {
            fillOld();
            page.fillRelease(first, count, value);
            for (int i = 0; i < WORDS; i++) {
                assertEquals(i >= first && i < first + count ? value : OLD, page.wordPlain(i), "word " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 512", "512, 0, 512", "1, 511, 1", "1023, 3, 1", "100, 7, 0", "1000, 488, 24"})
    void shouldCopyExactlyTheRangeWhenStoring(final int first, final int sourceFirst, final int count) {
        final WordPage source = offHeap.allocate(512 * Long.BYTES);
        for (int i = 0; i < 512; i++) {
            source.setWordPlain(i, 7L * i + 1);
        }
        fillOld();
        page.storeRelease(first, source, sourceFirst, count);
        for (int i = 0; i < WORDS; i++) {
            final boolean written = i >= first && i < first + count;
            assertEquals(written ? 7L * (sourceFirst + i - first) + 1 : OLD, page.wordPlain(i), "word " + i);
        }
        offHeap.free(source);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, WORDS, Integer.MIN_VALUE >> 3})
    void shouldThrowWhenAnIndexIsOutside(final int index) {
        assertThrows(IndexOutOfBoundsException.class, () -> page.wordAcquire(index));
        assertThrows(IndexOutOfBoundsException.class, () -> page.setWordRelease(index, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> page.wordPlain(index));
        assertThrows(IndexOutOfBoundsException.class, () -> page.setWordPlain(index, 1));
    }

    @Test
    void shouldThrowWhenAFillPassesTheEnd() {
        assertThrows(IndexOutOfBoundsException.class, () -> page.fillRelease(WORDS - 63, 64, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> page.fillRelease(WORDS - 3, 4, 1));
    }
}
