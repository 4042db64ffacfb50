package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mapping and deciding take turns: neither waits more than once for the other. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MappingTurnsTest {
    private final MappingTurns turns = new MappingTurns();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private static Thread waiting(final Runnable body) {
        final Thread thread = new Thread(body);
        thread.setDaemon(true);
        thread.start();
        awaitWaiting(thread);
        return thread;
    }

    private static void awaitWaiting(final Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it went on");
            Thread.onSpinWait();
        }
    }

    private Thread waitingMapper(final String name) {
        return waiting(() -> {
            turns.beginMapping();
            order.add(name);
            turns.endMapping();
        });
    }

    private Thread waitingDecision(final String name) {
        return waiting(() -> {
            turns.beginDecision();
            order.add(name);
            turns.endDecision();
        });
    }

    @Test
    void shouldMapAfterTheDecisionWhenOneIsBeingMade() throws InterruptedException {
        turns.beginDecision();
        final Thread mapper = waitingMapper("map");
        order.add("decide");
        turns.endDecision();
        mapper.join();
        assertEquals(List.of("decide", "map"), order);
    }

    @Test
    void shouldDecideAfterTheMappingWhenSomebodyMaps() throws InterruptedException {
        turns.beginMapping();
        final Thread decision = waitingDecision("decide");
        order.add("map");
        turns.endMapping();
        decision.join();
        assertEquals(List.of("map", "decide"), order);
    }

    @Test
    void shouldGoOnWhenAMappingThreadBeginsAgainUnderAWaitingDecision() throws InterruptedException {
        turns.beginMapping();
        final Thread decision = waitingDecision("decide");
        turns.beginMapping();
        order.add("map");
        turns.endMapping();
        awaitWaiting(decision);
        turns.endMapping();
        decision.join();
        assertEquals(List.of("map", "decide"), order);
    }

    @Test
    void shouldMapBeforeTheNextDecisionWhenBothWaitedForOne() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            order.clear();
            turns.beginDecision();
            final Thread mapper = waitingMapper("map");
            final Thread decision = waitingDecision("decide");
            turns.endDecision();
            mapper.join();
            decision.join();
            assertEquals(List.of("map", "decide"), order);
        }
    }

    @Test
    void shouldKeepTheTurnForWhoeverWaitedWhenANewcomerIsFaster() throws InterruptedException {
        turns.beginDecision();
        final Thread mapper = waitingMapper("map");
        final Thread decision = waitingDecision("decide");
        final Thread newcomer = new Thread(() -> {
            // With the lock held nobody wakes up between the end of the decision and the newcomer's attempt.
            synchronized (turns) {
                turns.endDecision();
                turns.beginMapping();
            }
            order.add("newcomer");
            turns.endMapping();
        });
        newcomer.start();
        mapper.join();
        decision.join();
        newcomer.join();
        assertEquals(List.of("map", "decide", "newcomer"), order);
    }

    @Test
    void shouldDecideBeforeNewcomersMapWhenADecisionWaits() throws InterruptedException {
        turns.beginMapping();
        final Thread decision = waitingDecision("decide");
        final Thread newcomer = waitingMapper("newcomer");
        order.add("map");
        turns.endMapping();
        decision.join();
        newcomer.join();
        assertEquals(List.of("map", "decide", "newcomer"), order);
    }

    @Test
    void shouldKeepTheInterruptWhenAWaiterIsInterrupted() throws InterruptedException {
        turns.beginDecision();
        final List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
        final Thread mapper = waiting(() -> {
            turns.beginMapping();
            interrupted.add(Thread.currentThread().isInterrupted());
            turns.endMapping();
        });
        mapper.interrupt();
        while (mapper.isInterrupted()) {
            Thread.onSpinWait();
        }
        turns.endDecision();
        mapper.join();
        assertEquals(List.of(true), interrupted);
    }

    @Test
    void shouldThrowWhenAThreadEndsWhatItDidNotBegin() {
        assertThrows(IndexOutOfBoundsException.class, turns::endMapping);
        turns.beginMapping();
        turns.endMapping();
        assertTrue(order.isEmpty());
    }
}
