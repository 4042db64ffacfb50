package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.SpinBarrier;
import org.junit.jupiter.api.Test;

/** Two threads that first touch one level at the same time get one level, and both their writes survive (T-14). */
class IommuTableRaceTest {
    private static final int ROUNDS = 20_000;
    private static final int LEVELS = 5;
    private static final long FIRST = 9;
    private static final long SECOND = 14;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final SpinBarrier barrier = new SpinBarrier();
    private volatile IommuTable table;

    private boolean write(final long entry) {
        final IommuTable current = table;
        if (!current.makeResident(entry, 1)) {
            return false;
        }
        current.exchange(current.leafAddressAcquire(entry), entry, (entry + 1) << 12 | 1);
        return true;
    }

    @Test
    void shouldKeepBothWritesWhenTwoThreadsMakeTheSameLevels() throws Exception {
        final long emptyBytes = process.offHeap().allocatedBytes();
        final Thread writer = new Thread(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                barrier.await();
                write(SECOND);
                barrier.await();
            }
        });
        writer.setDaemon(true);
        writer.start();
        for (int round = 0; round < ROUNDS; round++) {
            table = new IommuTable(process, new IommuTableGeometry(12, 0, 1L << 27, LEVELS, 6), true);
            barrier.await();
            final boolean written = write(FIRST);
            barrier.await();
            assertTrue(written);
            for (final long entry : new long[] {FIRST, SECOND}) {
                assertEquals((entry + 1) << 12 | 1, table.hardwareTceAcquire(entry), "round " + round);
            }
            assertEquals(emptyBytes + 64 * LEVELS, process.offHeap().allocatedBytes(), "round " + round);
            table.put();
            process.reclaimer().reclaim();
        }
        writer.join();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
    }
}
