package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.alternatives.Grace;
import io.vfiotce.memory.alternatives.PerCallCounter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Real threads on the real classes: a reader never meets an object that was freed under it. */
class QuiescenceStressTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("vfiotce.stress.ms", 2_500));
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Canary.class, "alive", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Canary {
        @SuppressWarnings("unused")
        private int alive = 1;
    }

    /** The real protocol. */
    private static final class Real implements Grace {
        private final OffHeap offHeap = new OffHeap(1 << 20);
        private final Quiescence quiescence = new Quiescence(offHeap);
        private final QuiescentReader reader = quiescence.register("reader");
        private final Reclaimer reclaimer = new Reclaimer(quiescence, SystemNanoClock.INSTANCE);

        @Override
        public void online() {
            reader.online();
        }

        @Override
        public void announce() {
            reader.announce();
        }

        @Override
        public void retire(final Runnable free) {
            reclaimer.retire(free);
        }
    }

    private final AtomicLong freed = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();

    /** Runs a reader against a reclaimer; returns how often the reader met a freed object. */
    private long violations(final Grace grace, final boolean goOffline) throws InterruptedException {
        final Canary[] published = {new Canary()};
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicLong violations = new AtomicLong();
        final Thread reader = new Thread(() -> {
            long n = 0;
            grace.online();
            while (!stop.get()) {
                final Canary canary = Slots.acquire(published, 0);
                int alive = (int) WORD.getOpaque(canary);
                for (long i = n & 15; i > 0; i--) {
                    alive &= (int) WORD.getOpaque(canary);
                }
                if (alive == 0) {
                    violations.incrementAndGet();
                }
                grace.announce();
                n++;
                if (goOffline && (n & 63) == 0) {
                    ((Real) grace).reader.offline();
                    grace.online();
                }
            }
            calls.set(n);
        });
        reader.start();
        final long end = System.nanoTime() + RUN_NS;
        while (System.nanoTime() < end && violations.get() == 0) {
            final Canary old = published[0];
            Slots.setRelease(published, 0, new Canary());
            grace.retire(() -> {
                WORD.setOpaque(old, 0);
                freed.incrementAndGet();
            });
        }
        stop.set(true);
        reader.join();
        return violations.get();
    }

    @Test
    void shouldMeetNoFreedObjectWhenTheRealProtocolRuns() throws InterruptedException {
        assertEquals(0, violations(new Real(), false));
        assertTrue(freed.get() > 1000, "freed only " + freed);
        System.out.println("QuiescenceStressTest: " + calls + " calls, " + freed + " objects freed");
    }

    @Test
    void shouldMeetNoFreedObjectWhenTheReaderGoesOfflineAndOnline() throws InterruptedException {
        assertEquals(0, violations(new Real(), true));
        assertTrue(freed.get() > 1000, "freed only " + freed);
    }

    @Test
    void shouldRunTheHarnessWhenTheProtocolIsUnsound() throws InterruptedException {
        // The model finds this one for certain; real threads find it soon, late, or never.
        final long violations = violations(new PerCallCounter(), false);
        System.out.println("QuiescenceStressTest: per-call counter " + (violations == 0 ? "not found" : "found")
                + " after " + freed + " objects and " + calls + " calls");
        assertTrue(freed.get() > 0, "nothing was freed");
    }
}
