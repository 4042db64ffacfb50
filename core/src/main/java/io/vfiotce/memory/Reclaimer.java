package io.vfiotce.memory;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Frees retired off-heap memory once a grace period has passed. Retiring never waits.
 *
 * @threads any; every method is synchronized but for the waits, which hold no lock
 */
public final class Reclaimer {
    private static final long POLL_NS = 20_000;

    private record Retired(long target, Runnable free) {}

    private final Quiescence quiescence;
    private final NanoClock clock;
    private final ArrayDeque<Retired> pending = new ArrayDeque<>();

    /**
     * Creates a reclaimer with nothing pending.
     *
     * @param quiescence the readers to wait for
     * @param clock time source of {@link #awaitGracePeriod}
     */
    public Reclaimer(final Quiescence quiescence, final NanoClock clock) {
        this.quiescence = quiescence;
        this.clock = clock;
    }

    /**
     * Hands over something that was just unpublished; also frees what earlier grace periods have released.
     *
     * @param free frees it; called once, later, on a thread that calls a method of this class
     */
    public synchronized void retire(final Runnable free) {
        pending.add(new Retired(quiescence.advance(), free));
        reclaim();
    }

    /**
     * Frees what no reader can reach any more.
     *
     * @return how many retired things still wait
     */
    public synchronized int reclaim() {
        while (!pending.isEmpty() && quiescence.laggard(pending.peek().target()) == null) {
            pending.remove().free().run();
        }
        return pending.size();
    }

    /**
     * Waits until every reader has passed a quiescent state that lies after this call began, and frees what that releases.
     *
     * @param timeoutNs how long to wait at most, in nanoseconds
     * @return null when the grace period is over, else the name of a reader that is late
     */
    public String awaitGracePeriod(final long timeoutNs) {
        final long start = clock.nanoTime();
        final long target = quiescence.advance();
        String late = quiescence.laggard(target);
        while (late != null && clock.nanoTime() - start < timeoutNs) {
            LockSupport.parkNanos(POLL_NS);
            late = quiescence.laggard(target);
        }
        reclaim();
        return late;
    }
}
