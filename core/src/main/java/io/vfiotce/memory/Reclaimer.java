package io.vfiotce.memory;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Frees retired off-heap memory once a grace period has passed. Retiring never waits.
 *
 * <p>What frees may take locks and retire more. Frees run one after the other, so when {@link #reclaim} returns everything
 * that could be freed is.
 *
 * @threads any. The lock that frees run under comes before every lock that they take: {@link #reclaim} and what calls it
 *     must not be called with one of those held, {@link #defer} may be
 */
public final class Reclaimer {
    private static final long POLL_NS = 20_000;

    private record Retired(long target, Runnable free) {}

    private final Quiescence quiescence;
    private final NanoClock clock;
    private final Object running = new Object();
    private final ArrayDeque<Retired> pending = new ArrayDeque<>();
    // Guarded by running, and so true only for the thread that runs the frees.
    private boolean freeing;

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
     * Hands over something that was just unpublished, which {@link ChangeCount} has counted if readers keep copies of it; also
     * frees what earlier grace periods have released.
     *
     * @param free frees it; called once, later, on a thread that calls a method of this class
     */
    public void retire(final Runnable free) {
        defer(free);
        reclaim();
    }

    /**
     * As {@link #retire}, but frees nothing now.
     *
     * @param free frees it
     */
    public void defer(final Runnable free) {
        synchronized (pending) {
            pending.add(new Retired(quiescence.advance(), free));
        }
    }

    /**
     * Frees what no reader can reach any more. Within a free it does nothing: what that one retires follows it.
     *
     * @return how many retired things still wait
     */
    public int reclaim() {
        synchronized (running) {
            if (!freeing) {
                freeing = true;
                try {
                    freeAll();
                } finally {
                    freeing = false;
                }
            }
        }
        synchronized (pending) {
            return pending.size();
        }
    }

    private void freeAll() {
        RuntimeException failure = null;
        for (Retired next = nextFree(); next != null; next = nextFree()) {
            try {
                next.free().run();
            } catch (final RuntimeException e) {
                // The others are not to suffer for it.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Retired nextFree() {
        synchronized (pending) {
            final boolean free =
                    !pending.isEmpty() && quiescence.laggard(pending.peek().target()) == null;
            return free ? pending.remove() : null;
        }
    }

    /**
     * Waits until every reader has passed a quiescent state that lies after this call began, and frees what that releases.
     *
     * @param timeoutNs how long to wait at most, in nanoseconds
     * @return null when the grace period is over, else the name of a reader that is late
     */
    public String awaitGracePeriod(final long timeoutNs) {
        final String late = awaitReaders(timeoutNs);
        reclaim();
        return late;
    }

    /** As {@link #awaitGracePeriod}, but frees nothing, and so takes no lock that a free takes. */
    String awaitReaders(final long timeoutNs) {
        final long start = clock.nanoTime();
        final long target = quiescence.advance();
        String late = quiescence.laggard(target);
        while (late != null && clock.nanoTime() - start < timeoutNs) {
            LockSupport.parkNanos(POLL_NS);
            late = quiescence.laggard(target);
        }
        return late;
    }
}
