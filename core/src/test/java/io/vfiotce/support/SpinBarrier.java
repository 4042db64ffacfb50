package io.vfiotce.support;

import java.util.concurrent.atomic.AtomicInteger;

/** Lets two threads go on within nanoseconds of each other, which threads that are woken up do not. */
public final class SpinBarrier {
    private static final int SPINS = 20_000;

    private final AtomicInteger arrivals = new AtomicInteger();

    /** Waits for the other thread. */
    public void await() {
        final int target = (arrivals.getAndIncrement() / 2 + 1) * 2;
        for (int spins = 0; arrivals.get() < target; spins++) {
            if (spins > SPINS) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
