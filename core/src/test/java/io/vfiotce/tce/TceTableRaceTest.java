package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Two threads that first touch one leaf at the same time get one leaf, and both their writes survive (T-14). */
class TceTableRaceTest {
    private static final int ROUNDS = 10_000;

    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile TceTable table;

    private TceTable fresh(final long pages) {
        return new TceTable(new WindowGeometry(1, 12, 0, pages), 12, offHeap);
    }

    private Thread writer(final CyclicBarrier barrier, final long entry) {
        return new Thread(() -> {
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    barrier.await();
                    if (!table.fill(entry, 1, entry + 4)) {
                        throw new IllegalStateException("no memory");
                    }
                    barrier.await();
                }
            } catch (final Exception e) {
                failure.set(e);
                barrier.reset();
            }
        });
    }

    @Test
    void shouldKeepBothWritesWhenTwoThreadsMakeTheSameLeaf() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(3);
        final Thread[] writers = {writer(barrier, 3), writer(barrier, 77)};
        for (final Thread writer : writers) {
            writer.start();
        }
        for (int round = 0; round < ROUNDS; round++) {
            // Every other window is large enough for a second level, which is made on demand too.
            table = fresh(round % 2 == 0 ? 512 : 512L << 15);
            barrier.await();
            barrier.await();
            assertEquals(7, table.tceAcquire(3));
            assertEquals(81, table.tceAcquire(77));
            assertEquals(4096, offHeap.allocatedBytes());
            table.free();
        }
        for (final Thread writer : writers) {
            writer.join();
        }
        assertNull(failure.get());
        assertTrue(offHeap.allocatedBytes() == 0, "leaves were leaked");
    }
}
