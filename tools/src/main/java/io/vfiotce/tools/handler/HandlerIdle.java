package io.vfiotce.tools.handler;

import java.util.Locale;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** What a handler does while nothing is to be answered. */
public enum HandlerIdle {
    /** Looks again at once; takes a whole core. */
    SPIN,
    /** Lets other threads run first. */
    YIELD,
    /** Spins, then yields, then parks longer and longer, up to a millisecond. */
    BACKOFF,
    /** Parks for as short as the machine can. */
    PARK;

    IdleStrategy strategy() {
        return switch (this) {
            case SPIN -> new BusySpinIdleStrategy();
            case YIELD -> new YieldingIdleStrategy();
            case BACKOFF -> new BackoffIdleStrategy();
            case PARK -> new SleepingIdleStrategy();
        };
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
