package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Off-heap blocks: zeroed, aligned, counted against a limit, out of bounds once freed. */
class OffHeapTest {
    @Test
    void shouldGiveZeroedAlignedBlocksWhenMemoryIsReused() {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        for (int round = 0; round < 50; round++) {
            final List<WordPage> pages = new ArrayList<>();
            for (int bytes = 8; bytes <= 4096; bytes *= 2) {
                final WordPage page = offHeap.allocate(bytes);
                assertEquals(0, page.addressOffset() % OffHeap.ALIGNMENT_BYTES);
                assertEquals(bytes, page.capacity());
                for (int i = 0; i < bytes / 8; i++) {
                    assertEquals(0, page.wordPlain(i));
                    page.setWordPlain(i, -1);
                }
                pages.add(page);
            }
            pages.forEach(offHeap::free);
            assertEquals(0, offHeap.allocatedBytes());
        }
    }

    @Test
    void shouldReturnNullAndCountNothingWhenTheLimitWouldBePassed() {
        final OffHeap offHeap = new OffHeap(256);
        final WordPage first = offHeap.allocate(128);
        assertNull(offHeap.allocate(136));
        assertEquals(128, offHeap.allocatedBytes());
        final WordPage second = offHeap.allocate(128);
        assertNotNull(second);
        assertNull(offHeap.allocate(8));
        offHeap.free(first);
        assertEquals(128, offHeap.allocatedBytes());
        assertNotNull(offHeap.allocate(128));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -8, 7, 12, Integer.MIN_VALUE})
    void shouldRefuseWhenTheSizeIsNoMultipleOfAWord(final int bytes) {
        final OffHeap offHeap = new OffHeap(1 << 20);
        assertThrows(IllegalArgumentException.class, () -> offHeap.allocate(bytes));
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldThrowWhenAFreedBlockIsUsed() {
        final OffHeap offHeap = new OffHeap(1 << 20);
        final WordPage page = offHeap.allocate(128);
        offHeap.free(page);
        assertThrows(IndexOutOfBoundsException.class, () -> page.wordAcquire(0));
        assertThrows(IndexOutOfBoundsException.class, () -> page.setWordRelease(0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> page.fillRelease(0, 1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> page.fillRelease(0, 16, 0));
    }

    @Test
    void shouldDoNothingWhenABlockIsFreedTwiceOrIsNull() {
        final OffHeap offHeap = new OffHeap(1 << 20);
        final WordPage page = offHeap.allocate(128);
        final WordPage other = offHeap.allocate(64);
        offHeap.free(page);
        offHeap.free(page);
        offHeap.free(null);
        assertEquals(64, offHeap.allocatedBytes());
        offHeap.free(other);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldRefuseWhenABlockHasNoBytes(final long bytes) {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        assertThrows(IllegalArgumentException.class, () -> offHeap.allocateAddress(bytes));
        assertEquals(0, offHeap.allocatedBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 128, (1L << 48) + 1, 1L << 62})
    void shouldGiveNothingAndCountNothingWhenABlockIsLargerThanAnyMachine(final long bytes) {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        final long other = offHeap.allocateAddress(8);
        assertEquals(0, offHeap.allocateAddress(bytes));
        assertEquals(8, offHeap.allocatedBytes());
        offHeap.freeAddress(other, 8);
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldGiveZeroedBytesWhenTheSizeIsNoMultipleOfAWord() {
        final OffHeap offHeap = new OffHeap(64);
        final long address = offHeap.allocateAddress(3);
        assertEquals(0, address % OffHeap.ALIGNMENT_BYTES);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, Words.byteAt(address, i));
            Words.markByte(address, i);
            assertEquals(1, Words.byteAt(address, i));
        }
        assertEquals(0, offHeap.allocateAddress(62));
        offHeap.freeAddress(address, 3);
        assertEquals(0, offHeap.allocatedBytes());
    }
}
