package io.vfiotce.memory.alternatives;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A rejected protocol, kept because tests must find it: the reader counts its calls, the reclaimer waits for the count to
 * move.
 *
 * <p>The count of one call may leave the reader's store buffer after the next call has loaded the structure.
 */
public final class PerCallCounter implements Grace {
    private static final VarHandle CALLS;

    static {
        try {
            CALLS = MethodHandles.lookup().findVarHandle(PerCallCounter.class, "calls", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused")
    private long calls;

    @Override
    public void online() {
        announce();
        VarHandle.fullFence();
    }

    @Override
    public void announce() {
        CALLS.setRelease(this, calls + 1);
    }

    @Override
    public void retire(final Runnable free) {
        VarHandle.fullFence();
        final long seen = (long) CALLS.getAcquire(this);
        while ((long) CALLS.getAcquire(this) == seen) {
            Thread.onSpinWait();
        }
        free.run();
    }
}
