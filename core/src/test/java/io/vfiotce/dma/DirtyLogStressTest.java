package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.Seeds;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A migration under load, again and again: two devices write, the log is switched on under them, everything is copied once, then
 * what was collected, in rounds. When the devices have paused, the last collection makes the copy equal.
 */
class DirtyLogStressTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("vfiotce.dirty.ms", 4_000));
    private static final int PAGES = 1 << 15;
    private static final int PAGE_SHIFT = 12;
    private static final long BUS = 0x800_0000_0000_0000L;
    private static final int WRITES_PER_CALL = 4;
    private static final int RUNNING = 0;
    private static final int PAUSING = 1;
    private static final int ENDED = 2;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final DirtyLog log = new DirtyLog(process);
    private final AtomicLongArray memory = new AtomicLongArray(PAGES);
    private final AtomicLongArray busCopy = new AtomicLongArray(PAGES);
    private final AtomicLongArray guestCopy = new AtomicLongArray(PAGES);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile int state;

    /** A device as a reader of the process: copies are renewed at the start of a call when a change was counted. */
    private final class Device implements Runnable {
        private final long liobn;
        private final int first;
        private final Random random;
        private final QuiescentReader reader;
        private long seen = -1;
        private DirtyMarker marker;
        private long writes;
        private volatile boolean paused;

        Device(final int number, final long seed) {
            liobn = number;
            first = number * (PAGES / 2);
            random = new Random(seed);
            reader = process.quiescence().register("device " + number);
        }

        @Override
        public void run() {
            try {
                while (state != ENDED) {
                    reader.online();
                    paused = false;
                    while (state == RUNNING) {
                        call();
                        reader.announce();
                    }
                    reader.offline();
                    paused = true;
                    while (state == PAUSING) {
                        Thread.onSpinWait();
                    }
                }
            } catch (final RuntimeException | Error e) {
                failure.set(e);
            } finally {
                paused = true;
                reader.close();
            }
        }

        private void call() {
            if (process.changes().count() != seen) {
                seen = process.changes().count();
                marker = log.windowMarker(liobn);
            }
            final int page = first + random.nextInt(PAGES / 2 - WRITES_PER_CALL);
            if (marker != null) {
                marker.mark(
                        BUS + ((long) page << PAGE_SHIFT),
                        (long) page << PAGE_SHIFT,
                        (long) WRITES_PER_CALL << PAGE_SHIFT);
            }
            // A device may think between the translation and the write.
            for (int i = random.nextInt(64); i > 0; i--) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < WRITES_PER_CALL; i++) {
                memory.setOpaque(page + i, ++writes);
            }
        }
    }

    private void copy(final DirtyPages pages, final long base, final AtomicLongArray copy) {
        pages.forEach(base, (long) PAGES << PAGE_SHIFT, (address, bytes) -> {
            final int from = (int) ((address - base) >>> PAGE_SHIFT);
            for (int i = from; i < from + (bytes >>> PAGE_SHIFT); i++) {
                copy.setPlain(i, memory.getOpaque(i));
            }
        });
        pages.clear();
    }

    private void collect(final DirtyPages pages) {
        log.collectGuest(0, (long) PAGES << PAGE_SHIFT, pages);
        copy(pages, 0, guestCopy);
        for (int liobn = 0; liobn < 2; liobn++) {
            log.collectWindow(liobn, BUS, (long) PAGES << PAGE_SHIFT, pages);
        }
        copy(pages, BUS, busCopy);
    }

    private int differences(final AtomicLongArray copy) {
        int differences = 0;
        for (int i = 0; i < PAGES; i++) {
            differences += copy.get(i) == memory.get(i) ? 0 : 1;
        }
        return differences;
    }

    @Test
    void shouldHaveAnEqualCopyWhenTheLogIsSwitchedOnAndCollectedUnderLoad() throws InterruptedException {
        final Random random = new Random(Seeds.seed("DirtyLogStressTest"));
        final Device[] devices = {new Device(0, random.nextLong()), new Device(1, random.nextLong())};
        final Thread[] threads = {new Thread(devices[0]), new Thread(devices[1])};
        for (final Thread thread : threads) {
            thread.start();
        }
        final long end = System.nanoTime() + RUN_NS;
        long migrations = 0;
        long guestLost = 0;
        long busLost = 0;
        while (System.nanoTime() - end < 0 && failure.get() == null) {
            log.start(PAGE_SHIFT);
            for (int i = 0; i < PAGES; i++) {
                guestCopy.setPlain(i, memory.getOpaque(i));
                busCopy.setPlain(i, memory.getOpaque(i));
            }
            try (DirtyPages pages = log.newPages()) {
                for (int round = random.nextInt(8); round >= 0; round--) {
                    collect(pages);
                }
                state = PAUSING;
                for (final Device device : devices) {
                    while (!device.paused) {
                        Thread.onSpinWait();
                    }
                }
                collect(pages);
            }
            guestLost += differences(guestCopy);
            busLost += differences(busCopy);
            log.stop();
            state = RUNNING;
            for (final Device device : devices) {
                while (device.paused && failure.get() == null) {
                    Thread.onSpinWait();
                }
            }
            migrations++;
        }
        state = ENDED;
        for (final Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get(), () -> failure.get().toString());
        System.out.println("DirtyLogStressTest: " + migrations + " migrations, "
                + (devices[0].writes + devices[1].writes) + " writes");
        assertEquals(0, guestLost, "guest pages differ");
        assertEquals(0, busLost, "bus pages differ");
        assertTrue(migrations > 3, "only " + migrations + " migrations");
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }
}
