package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Grace periods: who is waited for, for how long, and what happens then. */
class QuiescenceTest {
    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final Quiescence quiescence = new Quiescence(offHeap);
    private long nowNs;
    private int freed;
    private final Reclaimer reclaimer = new Reclaimer(quiescence, () -> nowNs += 1000);

    @Test
    void shouldNameTheReaderWhenItHasNotAnnounced() {
        final QuiescentReader first = quiescence.register("vcpu 0");
        final QuiescentReader second = quiescence.register("vcpu 1");
        first.online();
        second.online();
        final long target = quiescence.advance();
        assertEquals("vcpu 0", quiescence.laggard(target));
        first.announce();
        assertEquals("vcpu 1", quiescence.laggard(target));
        second.announce();
        assertNull(quiescence.laggard(target));
        assertEquals("vcpu 0", quiescence.laggard(quiescence.advance()));
    }

    @Test
    void shouldNotWaitWhenAReaderIsOffline() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        assertFalse(reader.isOnline());
        assertNull(quiescence.laggard(quiescence.advance()));
        reader.online();
        assertTrue(reader.isOnline());
        final long target = quiescence.advance();
        assertEquals("vcpu 0", quiescence.laggard(target));
        reader.offline();
        assertNull(quiescence.laggard(target));
        reader.online();
        assertNull(quiescence.laggard(target), "online again, after the change");
    }

    @Test
    void shouldNotWaitWhenAReaderIsClosed() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        reader.online();
        final long target = quiescence.advance();
        reader.close();
        assertNull(quiescence.laggard(target));
        reader.close();
    }

    @Test
    void shouldFreeOnceInOrderWhenTheReaderAnnounces() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        reader.online();
        reclaimer.retire(() -> freed++);
        reclaimer.retire(() -> freed += 10);
        assertEquals(2, reclaimer.reclaim());
        assertEquals(0, freed);
        reader.announce();
        assertEquals(0, reclaimer.reclaim());
        assertEquals(11, freed);
        assertEquals(0, reclaimer.reclaim());
        assertEquals(11, freed);
    }

    @Test
    void shouldFreeOnlyTheOlderWhenTheReaderAnnouncedBetween() {
        final QuiescentReader reader = quiescence.register("vcpu 0");
        reader.online();
        reclaimer.retire(() -> freed++);
        reader.announce();
        reclaimer.retire(() -> freed += 10);
        assertEquals(1, freed);
        assertEquals(1, reclaimer.reclaim());
    }

    @Test
    void shouldFreeAtOnceWhenNobodyIsOnline() {
        quiescence.register("vcpu 0");
        reclaimer.retire(() -> freed++);
        assertEquals(1, freed);
    }

    @Test
    void shouldNameTheLateReaderWhenTheTimeIsOver() {
        final QuiescentReader reader = quiescence.register("vcpu 7");
        reader.online();
        reclaimer.retire(() -> freed++);
        assertEquals("vcpu 7", reclaimer.awaitGracePeriod(5_000));
        assertEquals("vcpu 7", reclaimer.awaitGracePeriod(0));
        assertEquals(0, freed);
        reader.announce();
        assertEquals(0, reclaimer.reclaim());
        assertEquals(1, freed);
        reader.offline();
        assertNull(reclaimer.awaitGracePeriod(0));
    }

    @Test
    void shouldRefuseToCloseWhenAReaderIsRegistered() {
        final QuiescentReader reader = quiescence.register("vcpu 3");
        final IllegalStateException e = assertThrows(IllegalStateException.class, quiescence::close);
        assertTrue(e.getMessage().contains("vcpu 3"), e.getMessage());
        reader.close();
        quiescence.close();
        assertEquals(0, offHeap.allocatedBytes());
    }
}
