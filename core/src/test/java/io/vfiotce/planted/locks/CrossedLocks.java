package io.vfiotce.planted.locks;

import java.util.List;

/** Planted: locks that are taken in an order that its test does not allow, and some that are. */
public class CrossedLocks {
    private final Object inner = new Object();
    private Runnable later = () -> {};

    /** In order: the inner lock under the monitor, and both are given up before the put. */
    public int inOrder(final boolean early) {
        try {
            synchronized (this) {
                synchronized (inner) {
                    if (early) {
                        return 1;
                    }
                }
                outer();
            }
            return 2;
        } finally {
            put();
        }
    }

    /** A put with the monitor held. */
    public synchronized void putsUnderItsLock() {
        put();
    }

    /** The monitor, by an override, in a turn; after the turn it is in order. */
    public void callsBackInATurn(final CrossedLocks other) {
        beginTurn();
        other.hook();
        endTurn();
        other.outer();
    }

    /** The monitor, by a lambda, under the inner lock. */
    public void streamsUpwards(final List<CrossedLocks> all) {
        synchronized (inner) {
            all.forEach(CrossedLocks::outer);
        }
    }

    /** A Runnable that takes the monitor is not run here. */
    public void defers() {
        synchronized (inner) {
            later = this::outer;
        }
    }

    /** It may be run here, under the inner lock. */
    public void runsAny() {
        synchronized (inner) {
            later.run();
        }
    }

    /** A lock without a row, and a call that is said not to be one. */
    public void locksItsParameter(final Object parameter) {
        synchronized (parameter) {
            skipped();
        }
    }

    synchronized void outer() {}

    void skipped() {
        outer();
    }

    void hook() {}

    void put() {}

    void beginTurn() {}

    void endTurn() {}

    /** Overrides the hook. */
    static final class Overriding extends CrossedLocks {
        @Override
        void hook() {
            outer();
        }
    }
}
