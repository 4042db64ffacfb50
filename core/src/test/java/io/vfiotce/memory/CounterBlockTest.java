package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Counters of one writer. */
class CounterBlockTest {
    private static final class Counters extends CounterBlock {
        Counters(final OffHeap offHeap) {
            super(offHeap);
        }
    }

    private final OffHeap offHeap = new OffHeap(1 << 20);
    private final Counters counters = new Counters(offHeap);

    @Test
    void shouldCountApartWhenCountersDiffer() {
        for (int i = 0; i < CounterBlock.WORDS; i++) {
            for (int j = 0; j < i; j++) {
                counters.increment(i);
            }
            CounterBlock.increment(counters.address(), i);
        }
        for (int i = 0; i < CounterBlock.WORDS; i++) {
            assertEquals(i + 1, counters.value(i));
        }
        counters.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldStayInsideWhenAnIndexIsOutside() {
        counters.increment(CounterBlock.WORDS + 1);
        counters.increment(-1);
        assertEquals(1, counters.value(1));
        assertEquals(1, counters.value(CounterBlock.WORDS - 1));
        assertEquals(0, counters.value(0));
    }

    @Test
    void shouldKeepTheLastValuesWhenFreed() {
        counters.increment(3);
        counters.free();
        counters.free();
        assertEquals(1, counters.value(3));
        assertEquals(0, counters.value(4));
        assertEquals(0, offHeap.allocatedBytes());
    }

    @Test
    void shouldThrowWhenThereIsNoMemory() {
        assertThrows(OutOfMemoryError.class, () -> new Counters(new OffHeap(8)));
    }
}
