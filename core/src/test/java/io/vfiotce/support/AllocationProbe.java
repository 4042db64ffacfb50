package io.vfiotce.support;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures how many bytes of heap a thread allocates. */
public final class AllocationProbe {
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 3;
    private static final int MAX_ROUNDS = 10;

    private AllocationProbe() {}

    /**
     * Runs something three times on this thread, and more often, ten times at most, until it has allocated nothing once: the JVM
     * itself allocates now and then, when it links or compiles what runs.
     *
     * @param body what to run; the first round also warms it up
     * @param others threads that are measured too
     * @return fewest bytes that this thread and the others together allocated in a round
     */
    public static long leastBytes(final Runnable body, final Thread... others) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS || least != 0 && round < MAX_ROUNDS; round++) {
            final long before = BEAN.getCurrentThreadAllocatedBytes() + allocatedBy(others);
            body.run();
            final long after = BEAN.getCurrentThreadAllocatedBytes() + allocatedBy(others);
            least = Math.min(least, after - before);
        }
        return least;
    }

    private static long allocatedBy(final Thread... threads) {
        long bytes = 0;
        for (final Thread thread : threads) {
            bytes += BEAN.getThreadAllocatedBytes(thread.getId());
        }
        return bytes;
    }
}
