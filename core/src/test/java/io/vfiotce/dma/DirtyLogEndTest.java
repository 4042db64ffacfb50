package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.memory.Words;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A log that is switched off while another thread collects. Its memory is allocated again at once and filled with bits that nobody
 * has marked: whoever still took bits out of it would find them, and spoil them.
 */
class DirtyLogEndTest {
    private static final int LOGS = 4_000;
    private static final int MIN_COLLECTIONS = 100;
    // Where the collector seldom gets a processor it takes more.
    private static final int MAX_LOGS = 100 * LOGS;
    private static final int BLOCKS = 12;
    private static final int BLOCK_BYTES = 4096;
    private static final long MARKED_BYTES = 64L << 12;
    private static final long ALL = -1;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final DirtyLog log = new DirtyLog(process);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong collections = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();

    private void collect() {
        while (!stop.get()) {
            try (DirtyPages pages = log.newPages()) {
                log.collectGuest(0, ALL, pages);
                pages.forEach(0, ALL, (gpa, bytes) -> {
                    if (gpa + bytes > MARKED_BYTES) {
                        failure.set("0x" + Long.toHexString(gpa) + "+" + bytes + " was never marked");
                    }
                });
                collections.incrementAndGet();
            } catch (final IllegalStateException e) {
                // It is off at this moment.
                Thread.onSpinWait();
            }
        }
    }

    private boolean isSpoiledWhenReused() {
        final long[] blocks = new long[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = process.offHeap().allocateAddress(BLOCK_BYTES);
            for (int word = 0; word < BLOCK_BYTES / Long.BYTES; word++) {
                Words.setWordRelease(blocks[i], word, -1);
            }
        }
        Thread.yield();
        boolean spoiled = false;
        for (final long block : blocks) {
            for (int word = 0; word < BLOCK_BYTES / Long.BYTES; word++) {
                spoiled |= Words.wordAcquire(block, word) != -1;
            }
            process.offHeap().freeAddress(block, BLOCK_BYTES);
        }
        return spoiled;
    }

    @Test
    void shouldTouchNothingThatIsFreedWhenItStopsDuringACollection() throws InterruptedException {
        final QuiescentReader device = process.quiescence().register("nic");
        final Thread collector = new Thread(this::collect);
        collector.start();
        int spoiled = 0;
        for (int i = 0;
                (i < LOGS || collections.get() < MIN_COLLECTIONS && i < MAX_LOGS) && failure.get() == null;
                i++) {
            log.start(12);
            device.online();
            log.windowMarker(1).mark(0, 0, MARKED_BYTES);
            device.offline();
            for (int spins = i & 63; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            log.stop();
            spoiled += isSpoiledWhenReused() ? 1 : 0;
        }
        stop.set(true);
        collector.join();
        assertNull(failure.get());
        assertEquals(0, spoiled, "blocks that were spoiled");
        assertTrue(collections.get() >= MIN_COLLECTIONS, "only " + collections + " collections");
        device.close();
        process.reclaimer().reclaim();
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }
}
