package io.vfiotce.bench;

import java.util.Locale;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How the vCPU waits for an answer and the handler for a request; where a row asks, both the same way. */
public enum Idle {
    /** Never gives the processor away. */
    SPIN(BusySpinIdleStrategy::new),
    /** Gives the processor to whoever wants it. */
    YIELD(YieldingIdleStrategy::new),
    /** Spins, then yields, then parks for longer and longer, up to a millisecond. */
    BACKOFF(BackoffIdleStrategy::new),
    /** Parks at once, for as short a time as there is. */
    PARK(() -> new SleepingIdleStrategy(1));

    private final Supplier<IdleStrategy> strategies;

    Idle(final Supplier<IdleStrategy> strategies) {
        this.strategies = strategies;
    }

    /** {@return a strategy for one thread} */
    public IdleStrategy strategy() {
        return strategies.get();
    }

    /** {@return the name in options and results} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
