package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns between those who map many pages and those who decide whether a region goes, so that neither waits for the other
 * more than once: without them a call that maps page by page could meet the mark of a region again and again.
 *
 * <p>Several threads map at the same time, one decides. A decision that waits lets nobody begin to map; when it is over,
 * whoever waited for it maps before the next one.
 *
 * @threads any but an online vCPU; {@link #beginMapping} is called with no lock that a mapping thread takes
 */
public final class MappingTurns {
    private final List<Thread> mapping = new ArrayList<>();
    private int waitingMappers;
    // Of those who waited for the last decision, how many have not gone on yet.
    private int admitted;
    private int waitingDecisions;
    private long decisions;
    private boolean deciding;

    MappingTurns() {}

    /** Begins to map, after the decision that is waiting or being made. A thread that maps already goes on. */
    public synchronized void beginMapping() {
        final Thread me = Thread.currentThread();
        if (!mapping.contains(me) && (deciding || waitingDecisions > 0)) {
            awaitNextDecision();
        }
        mapping.add(me);
    }

    private void awaitNextDecision() {
        final long before = decisions;
        waitingMappers++;
        boolean interrupted = false;
        while (decisions == before) {
            interrupted |= awaitInterrupted();
        }
        admitted--;
        restore(interrupted);
    }

    /** Ends what {@link #beginMapping} began. */
    public synchronized void endMapping() {
        mapping.remove(mapping.lastIndexOf(Thread.currentThread()));
        notifyAll();
    }

    /** Begins a decision, when nobody maps and whoever waited for the one before has had a turn. */
    synchronized void beginDecision() {
        waitingDecisions++;
        boolean interrupted = false;
        while (deciding || admitted > 0 || !mapping.isEmpty()) {
            interrupted |= awaitInterrupted();
        }
        waitingDecisions--;
        deciding = true;
        restore(interrupted);
    }

    /** Ends what {@link #beginDecision} began. */
    synchronized void endDecision() {
        deciding = false;
        decisions++;
        admitted = waitingMappers;
        waitingMappers = 0;
        notifyAll();
    }

    /** Waits for a change; {@return whether the thread was interrupted meanwhile} */
    private boolean awaitInterrupted() {
        try {
            wait();
            return false;
        } catch (final InterruptedException e) {
            return true;
        }
    }

    private static void restore(final boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
