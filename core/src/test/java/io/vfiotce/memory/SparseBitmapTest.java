package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.AllocationProbe;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.SpinBarrier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits that are set here and there, by one thread and by several, and taken in ranges. */
class SparseBitmapTest {
    private static final int BLOCK = 4096;

    private final OffHeap offHeap = new OffHeap(1L << 28);

    private static List<String> runs(final SparseBitmap bitmap, final long first, final long count) {
        final List<String> runs = new ArrayList<>();
        bitmap.forEachRun(first, count, (from, length) -> runs.add(from + "+" + length));
        return runs;
    }

    private static List<String> runs(final BitSet model, final int first, final int count) {
        final List<String> runs = new ArrayList<>();
        final int end = first + count;
        int from = model.nextSetBit(first);
        while (from >= 0 && from < end) {
            final int to = Math.min(end, model.nextClearBit(from));
            runs.add(from + "+" + (to - from));
            from = model.nextSetBit(to);
        }
        return runs;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 6, 15, 16, 18, 20})
    void shouldEqualTheModelWhenRangesAreSetAndTaken(final int sizeShift) {
        final Random random = new Random(Seeds.seed("SparseBitmapTest"));
        final int size = 1 << sizeShift;
        final SparseBitmap bitmap = new SparseBitmap(sizeShift, offHeap);
        final SparseBitmap taken = new SparseBitmap(sizeShift, offHeap);
        final BitSet model = new BitSet();
        final BitSet takenModel = new BitSet();
        for (int i = 0; i < 400; i++) {
            final int first = random.nextInt(size);
            final int count = Math.min(size - first, random.nextInt(random.nextBoolean() ? 100 : size + 1));
            switch (random.nextInt(4)) {
                case 0 -> {
                    bitmap.set(first);
                    model.set(first);
                }
                case 1 -> {
                    bitmap.setRange(first, Math.min(count, 5000));
                    model.set(first, first + Math.min(count, 5000));
                }
                case 2 -> {
                    bitmap.moveTo(first, count, taken);
                    final BitSet moved = new BitSet();
                    moved.set(first, first + count);
                    moved.and(model);
                    takenModel.or(moved);
                    model.andNot(moved);
                }
                default -> assertEquals(runs(model, first, count), runs(bitmap, first, count));
            }
            assertEquals(model.get(first), bitmap.isSet(first));
        }
        assertEquals(runs(model, 0, size), runs(bitmap, 0, size));
        assertEquals(runs(takenModel, 0, size), runs(taken, 0, size));
        bitmap.clear();
        taken.clear();
        assertEquals(0, offHeap.allocatedBytes());
        assertEquals(List.of(), runs(bitmap, 0, size));
    }

    @Test
    void shouldTakeLittleMemoryAndTimeWhenItIsHugeAndSparse() {
        final int sizeShift = 52;
        final SparseBitmap bitmap = new SparseBitmap(sizeShift, offHeap);
        final long last = (1L << sizeShift) - 1;
        bitmap.set(last);
        bitmap.set(0);
        bitmap.setRange((1L << 40) - 1, 2);
        assertEquals(List.of("0+1", ((1L << 40) - 1) + "+2", last + "+1"), runs(bitmap, 0, last + 1));
        assertTrue(offHeap.allocatedBytes() <= 24 * BLOCK, offHeap.allocatedBytes() + " bytes");
        assertFalse(bitmap.isSet(1L << 51));
        assertFalse(bitmap.isSet(-1));
        bitmap.clear();
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldSayThatAnyBitMayBeSetWhenThereIsNoMemory() {
        final OffHeap small = new OffHeap(3 * BLOCK);
        final SparseBitmap bitmap = new SparseBitmap(20, small);
        bitmap.set(7);
        bitmap.set(1 << 16);
        assertFalse(bitmap.hasLost());
        assertEquals(List.of("7+1"), runs(bitmap, 0, 100));
        bitmap.set(1 << 17);
        assertTrue(bitmap.hasLost());
        assertTrue(bitmap.isSet(99));
        assertEquals(List.of("3+1000"), runs(bitmap, 3, 1000));
        assertEquals(List.of(), runs(bitmap, 3, 0));
        final SparseBitmap target = new SparseBitmap(20, offHeap);
        bitmap.moveTo(50, 1, target);
        assertTrue(target.hasLost(), "what was asked for may be set too");
        assertTrue(bitmap.hasLost(), "it stays so");
        bitmap.clear();
        assertFalse(bitmap.hasLost());
        assertEquals(0, small.allocatedBytes());
        target.clear();
        assertEquals(List.of(), runs(target, 0, 1 << 20));
    }

    @Test
    void shouldLoseNothingWhenTheTargetHasNoMemory() {
        final SparseBitmap bitmap = new SparseBitmap(15, offHeap);
        bitmap.setRange(60, 10);
        final SparseBitmap target = new SparseBitmap(15, new OffHeap(0));
        bitmap.moveTo(0, 100, target);
        assertTrue(target.hasLost());
    }

    @Test
    void shouldSayThatAnyBitMayBeSetWhenOneIsOutside() {
        for (final long[] range : new long[][] {{1 << 16, 1}, {-1, 1}, {(1 << 16) - 1, 2}, {0, Long.MAX_VALUE}}) {
            final SparseBitmap bitmap = new SparseBitmap(16, offHeap);
            bitmap.setRange(range[0], range[1]);
            assertTrue(bitmap.hasLost(), range[0] + " " + range[1]);
            bitmap.clear();
            bitmap.setRange(range[0], 0);
            bitmap.setRange(5, -1);
            assertFalse(bitmap.hasLost());
            bitmap.set(-1);
            assertTrue(bitmap.hasLost());
            bitmap.clear();
        }
        assertThrows(IllegalArgumentException.class, () -> new SparseBitmap(61, offHeap));
        assertThrows(IllegalArgumentException.class, () -> new SparseBitmap(-1, offHeap));
    }

    @Test
    void shouldAllocateNoHeapWhenBitsAreSetAndTaken() {
        final SparseBitmap bitmap = new SparseBitmap(30, offHeap);
        final SparseBitmap target = new SparseBitmap(30, offHeap);
        final long[] sum = {0};
        final BitRuns runs = (first, count) -> sum[0] += count;
        assertEquals(0, AllocationProbe.leastBytes(() -> {
            for (int i = 0; i < 20_000; i++) {
                bitmap.set((i * 37L) & 0xFFF_FFF);
                bitmap.setRange(i, 100);
                bitmap.moveTo(0, 1 << 16, target);
                target.forEachRun(0, 64, runs);
            }
        }));
        bitmap.clear();
        target.clear();
    }

    @Test
    void shouldKeepBothBitsWhenTwoThreadsMakeTheSameBlocks() throws InterruptedException {
        final int rounds = 20_000;
        final SparseBitmap[] bitmaps = new SparseBitmap[rounds];
        for (int i = 0; i < rounds; i++) {
            bitmaps[i] = new SparseBitmap(24, offHeap);
        }
        final SpinBarrier barrier = new SpinBarrier();
        final Thread other = new Thread(() -> set(bitmaps, barrier, 1));
        other.start();
        final int lost = set(bitmaps, barrier, 0);
        other.join();
        assertEquals(0, lost);
        assertEquals(0, offHeap.allocatedBytes());
    }

    /** Sets one bit in each bitmap together with another thread; the first thread checks and clears. */
    private static int set(final SparseBitmap[] bitmaps, final SpinBarrier barrier, final int thread) {
        int lost = 0;
        for (final SparseBitmap bitmap : bitmaps) {
            barrier.await();
            bitmap.set(100 + thread);
            barrier.await();
            if (thread == 0) {
                lost += runs(bitmap, 0, 1 << 24).equals(List.of("100+2")) ? 0 : 1;
                bitmap.clear();
            }
        }
        return lost;
    }

    @Test
    void shouldFindEveryBitOnceWhenOneThreadTakesWhileOthersSetBitsOfTheSameWord() throws InterruptedException {
        final int cycles = 5_000;
        final SparseBitmap bitmap = new SparseBitmap(6, offHeap);
        final AtomicInteger setting = new AtomicInteger(2);
        final Thread[] setters = new Thread[setting.get()];
        for (int t = 0; t < setters.length; t++) {
            final int own = t;
            setters[t] = new Thread(() -> {
                for (int i = 0; i < cycles; i++) {
                    for (int bit = own; bit < Long.SIZE; bit += 2) {
                        bitmap.set(bit);
                    }
                    for (int bit = own; bit < Long.SIZE; bit += 2) {
                        while (bitmap.isSet(bit)) {
                            Thread.yield();
                        }
                    }
                }
                setting.decrementAndGet();
            });
            setters[t].start();
        }
        final SparseBitmap target = new SparseBitmap(6, offHeap);
        final long[] found = {0};
        while (setting.get() != 0) {
            bitmap.moveTo(0, 1 << 6, target);
            target.forEachRun(0, 1 << 6, (first, count) -> found[0] += count);
            target.clear();
        }
        for (final Thread setter : setters) {
            setter.join();
        }
        assertEquals((long) cycles * Long.SIZE, found[0]);
        bitmap.clear();
        assertEquals(0, offHeap.allocatedBytes());
    }
}
