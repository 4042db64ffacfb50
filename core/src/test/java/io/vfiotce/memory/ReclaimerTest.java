package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Frees run once, in order, one after the other, whatever they retire or throw themselves. */
class ReclaimerTest {
    private final Quiescence quiescence = new Quiescence(new OffHeap(Long.MAX_VALUE));
    private final Reclaimer reclaimer = new Reclaimer(quiescence, SystemNanoClock.INSTANCE);
    private final List<String> order = new ArrayList<>();

    @Test
    void shouldFreeNothingYetWhenDeferring() {
        reclaimer.defer(() -> order.add("a"));
        assertEquals(List.of(), order);
        assertEquals(0, reclaimer.reclaim());
        assertEquals(List.of("a"), order);
    }

    @Test
    void shouldFreeAfterTheOthersWhenAFreeRetires() {
        reclaimer.defer(() -> {
            order.add("a begins");
            reclaimer.retire(() -> order.add("c"));
            order.add("a ends");
        });
        reclaimer.defer(() -> order.add("b"));
        assertEquals(0, reclaimer.reclaim());
        assertEquals(List.of("a begins", "a ends", "b", "c"), order);
    }

    @Test
    void shouldNotGrowTheStackWhenEveryFreeRetiresTheNext() {
        retireChain(100_000);
        assertEquals(1, order.size());
    }

    private void retireChain(final int length) {
        reclaimer.retire(length == 0 ? () -> order.add("end") : () -> retireChain(length - 1));
    }

    @Test
    void shouldWaitForItsOwnGracePeriodWhenAFreeRetiresUnderAnOnlineReader() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        reader.online();
        reclaimer.retire(() -> reclaimer.retire(() -> order.add("inner")));
        reader.announce();
        assertEquals(1, reclaimer.reclaim());
        assertEquals(List.of(), order);
        reader.announce();
        assertEquals(0, reclaimer.reclaim());
        assertEquals(List.of("inner"), order);
    }

    @Test
    void shouldGoOnWithTheRestWhenAFreeThrows() {
        reclaimer.defer(() -> {
            throw new IllegalArgumentException("planted");
        });
        reclaimer.defer(() -> order.add("b"));
        assertThrows(IllegalArgumentException.class, reclaimer::reclaim);
        assertEquals(0, reclaimer.reclaim());
        assertEquals(List.of("b"), order);
    }

    @Test
    void shouldDeferWithoutWaitingWhenAFreeRunsElsewhere() throws Exception {
        final CountDownLatch inFree = new CountDownLatch(1);
        final CountDownLatch deferred = new CountDownLatch(1);
        final Thread freer = new Thread(() -> reclaimer.retire(() -> {
            inFree.countDown();
            awaitQuietly(deferred);
            order.add("a");
        }));
        freer.start();
        inFree.await();
        // With the lock of a region, say, that the running free is about to want.
        reclaimer.defer(() -> order.add("b"));
        assertNull(reclaimer.awaitReaders(0), "waiting for readers alone does not wait for frees");
        deferred.countDown();
        freer.join();
        reclaimer.reclaim();
        assertEquals(List.of("a", "b"), order);
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldFreeEverythingOnceWhenManyRetireAtOnce() throws Exception {
        final int threads = 4;
        final int each = 5_000;
        final AtomicInteger freed = new AtomicInteger();
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();
        final CyclicBarrier start = new CyclicBarrier(threads);
        final List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(new Thread(() -> {
                try {
                    start.await();
                } catch (final Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int n = 0; n < each; n++) {
                    reclaimer.retire(() -> {
                        overlaps.addAndGet(inside.getAndIncrement());
                        freed.incrementAndGet();
                        inside.decrementAndGet();
                    });
                }
            }));
        }
        all.forEach(Thread::start);
        for (final Thread thread : all) {
            thread.join();
        }
        assertEquals(0, reclaimer.reclaim());
        assertEquals(threads * each, freed.get());
        assertEquals(0, overlaps.get());
    }

    @Test
    void shouldKeepTheInterruptWhenAnInterruptedThreadWaits() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        reader.online();
        Thread.currentThread().interrupt();
        assertEquals("vcpu 0", reclaimer.awaitGracePeriod(1_000));
        assertTrue(Thread.interrupted());
    }
}
