package io.vfiotce.bench.handoff;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How both ends of the slow path wait for each other. */
public enum Idle {
    /** Looks again at once; takes a whole core each. */
    SPIN,
    /** Lets other threads run first. */
    YIELD,
    /** Spins, then yields, then parks longer and longer, up to a millisecond. */
    BACKOFF,
    /** Parks for as short as the machine can. */
    PARK;

    /** {@return a new strategy} */
    public IdleStrategy strategy() {
        return switch (this) {
            case SPIN -> new BusySpinIdleStrategy();
            case YIELD -> new YieldingIdleStrategy();
            case BACKOFF -> new BackoffIdleStrategy();
            case PARK -> new SleepingIdleStrategy();
        };
    }
}
