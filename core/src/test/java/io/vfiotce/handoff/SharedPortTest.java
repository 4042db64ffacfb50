package io.vfiotce.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.papr.HStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a vCPU believes of a handler in another process: one whole answer to its own request, and nothing else. */
class SharedPortTest extends SharedPortFixture {
    private static final int ALL_STEPS = 3;

    @Test
    void shouldTakeTheAnswerWhenItIsWhole() {
        for (int i = 0; i < 5; i++) {
            assertAnswered();
        }
        assertCounted(0, 0, 0);
    }

    @Test
    void shouldShowEveryWordWhenARequestIsMade() {
        final List<Long> words = new ArrayList<>();
        idle.once(() -> {
            final int cell = RequestFileDescriptor.cellWord(2, 4, OTHER);
            for (int i = 0; i < RequestFileDescriptor.STATE; i++) {
                words.add(peer.request().wordPlain(cell + i));
            }
            final int list = RequestFileDescriptor.listWord(4, OTHER);
            words.add(peer.request().wordPlain(list));
            words.add(peer.request().wordPlain(list + 511));
            assertTrue(peer.isOpen(OTHER));
            peer.answer(OTHER, 0);
        });
        otherPort.list().setWordPlain(0, 77);
        otherPort.list().setWordPlain(511, 78);
        assertTrue(otherPort.exchange(11, 12, 13, 14, 15, 512));
        assertEquals(List.of(1L, 11L, 12L, 13L, 14L, 15L, 512L, 77L, 78L), words);
    }

    @Test
    void shouldCountTheCallWhenTheHandlerThrows() {
        peer.close();
        try (SharedHandler handler = SharedHandler.open(directory(), (windows, bridges) -> (request, answer) -> {
            answer.store(STATUS, 1, 2, 3);
            throw new IllegalStateException("planted");
        })) {
            idle.once(handler::doWork);
            assertTrue(call());
        }
        assertEquals(HStatus.H_HARDWARE, port.status());
        assertEquals(HcallAnswer.EFFECT_NONE, port.effect());
        assertEquals(1, handoff.failures());
        peer = new HandlerDouble(directory());
        assertAnswered();
        assertEquals(1, handoff.failures());
        assertCounted(0, 0, 0);
    }

    @Test
    void shouldEndAndWithdrawWhenNobodyAnswersInTime() {
        idle.at(() -> {});
        final long start = idle.nanoTime();
        assertFalse(call());
        final long waitedNs = idle.nanoTime() - start;
        assertTrue(waitedNs >= 2_000_000_000L && waitedNs < 4_000_000_000L, "waited " + waitedNs);
        assertFalse(peer.isOpen(CELL));
        assertFalse(handoff.isFenced());
        assertAnswered();
        assertCounted(0, 0, 0);
    }

    @Test
    void shouldIgnoreAndCountTheAnswerWhenItIsLate() {
        final long[] late = {0};
        for (int i = 0; i < 5; i++) {
            idle.once(() -> late[0] = peer.number(CELL));
            assertFalse(call());
            idle.at(() -> {
                if (idle.looks() == 1) {
                    peer.writeWords(CELL, 0, 9, 9, 9, 9);
                    peer.writeChecksum(CELL, late[0]);
                    peer.writeDone(CELL, late[0]);
                } else if (idle.looks() == 3) {
                    answerRightly();
                }
            });
            assertTrue(call());
            assertEquals(STATUS, port.status());
            assertCounted(0, i + 1, 0);
        }
        assertFalse(handoff.isFenced(), "being late is no crime");
    }

    @Test
    void shouldCountTheAnswerWhenItComesBetweenTwoCalls() {
        idle.at(() -> {});
        assertFalse(call());
        answerRightly();
        assertAnswered();
        assertCounted(0, 1, 0);
    }

    @Test
    void shouldTakeItOnceWhenTheAnswerComesTwice() {
        assertAnswered();
        assertTrue(port.journal());
        assertFalse(port.journal());
        final long first = peer.number(CELL);
        assertEquals(first, port.appliedNumber());
        idle.once(() -> {
            peer.writeWords(CELL, 0, 0, 0, 0, 0);
            peer.writeChecksum(CELL, first);
            peer.writeDone(CELL, first);
        });
        assertFalse(call(), "the second answer to the first request is none to the second");
        assertCounted(0, 0, 0);
    }

    static List<Integer> stepsBeforeDeath() {
        return List.of(0, 1, 2, ALL_STEPS);
    }

    @ParameterizedTest
    @MethodSource("stepsBeforeDeath")
    void shouldBeAnsweredByTheNextHandlerWhenOneDiesAfterAStep(final int steps) {
        final int[] decided = {0};
        idle.at(() -> {
            if (idle.looks() == 1) {
                doSteps(steps);
                peer.close();
            } else if (idle.looks() == 2) {
                assertEquals(1, workOnce(decided));
            }
        });
        assertTrue(call());
        assertEquals(STATUS, port.status());
        if (steps == ALL_STEPS) {
            workOnce(decided);
        }
        assertEquals(steps == ALL_STEPS ? 0 : 1, decided[0], "what is answered is left alone");
        assertCounted(0, 0, 0);
    }

    private void doSteps(final int steps) {
        if (steps > 0) {
            peer.writeWords(CELL, STATUS, 0, 0, 0, 0);
        }
        if (steps > 1) {
            peer.writeChecksum(CELL, peer.number(CELL));
        }
        if (steps == ALL_STEPS) {
            peer.writeDone(CELL, peer.number(CELL));
        }
    }

    private int workOnce(final int[] decided) {
        try (SharedHandler next = SharedHandler.open(directory(), (windows, bridges) -> (request, answer) -> {
            decided[0]++;
            answer.end(request.ioba() == 2 ? STATUS : 0);
        })) {
            final int answered = next.doWork();
            assertEquals(0, next.doWork());
            return answered;
        }
    }

    @Test
    void shouldBeAnsweredAnewWhenTheAnswerFoundIsNotWhole() {
        idle.at(() -> {
            if (idle.looks() == 1) {
                peer.writeWords(CELL, 0, 5, 5, 5, 5);
                peer.writeDone(CELL, peer.number(CELL));
                peer.close();
                try (SharedHandler next = SharedHandler.open(
                        directory(), (windows, bridges) -> (request, answer) -> answer.end(STATUS))) {
                    assertEquals(1, next.doWork());
                }
            }
        });
        assertTrue(call());
        assertEquals(STATUS, port.status());
        assertEquals(0, port.effect());
    }

    @Test
    void shouldAskNoMoreWhenThreeAnswersAreBad() {
        for (int i = 0; i < 3; i++) {
            assertFalse(handoff.isFenced());
            idle.once(() -> peer.write(CELL, ResponseFileDescriptor.STATE, 77));
            if (i == 1) {
                idle.once(() -> {
                    answerRightly();
                    peer.write(CELL, ResponseFileDescriptor.CHECKSUM, 78);
                });
            }
            assertFalse(call());
            peer.write(CELL, ResponseFileDescriptor.STATE, 0);
        }
        assertTrue(handoff.isFenced());
        assertCounted(3, 0, 1);
        idle.at(this::answerRightly);
        assertFalse(call());
        assertFalse(otherPort.exchange(1, 1, 1, 1, 1, 0));
        assertEquals(0, idle.looks(), "nobody waits for a peer behind a fence");
        assertCounted(3, 0, 2);
        assertEquals(1, otherCounters.fencedCalls());
        handoff.liftFence();
        assertAnswered();
    }

    @Test
    void shouldEndTheWaitingCallWhenTheFenceIsRaised() {
        idle.once(() -> handoff.fence("planted"));
        assertFalse(call());
        assertEquals(1, idle.looks());
        assertFalse(peer.isOpen(CELL));
        assertCounted(0, 0, 1);
    }

    @Test
    void shouldThrowWhenARunWithoutDeadlineHangs() {
        peer.close();
        port.close();
        otherPort.close();
        handoff.close();
        handoff = handoff(AnswerLimit.hang(60_000_000_000L));
        port = handoff.openPort(counters);
        otherPort = handoff.openPort(otherCounters);
        peer = new HandlerDouble(directory());
        idle.at(() -> {});
        final HandlerHangException e = assertThrows(HandlerHangException.class, this::call);
        assertEquals("the userspace handler has not answered a hypercall for 60000 ms", e.getMessage());
        assertFalse(peer.isOpen(CELL));
        assertAnswered();
    }

    @Test
    void shouldGoOnWhenTheIdleStrategyThrows() {
        idle.once(() -> {
            throw new IllegalStateException("planted");
        });
        assertFalse(call());
        assertFalse(peer.isOpen(CELL));
        assertAnswered();
    }

    @Test
    void shouldNotTakeTheLastOnesAnswerWhenACellIsUsedAgain() {
        assertAnswered();
        final long last = peer.number(CELL);
        port.close();
        port = handoff.openPort(counters);
        idle.at(() -> {});
        assertFalse(call());
        assertEquals(last + 1, peer.number(CELL), "numbers go on");
        assertCounted(0, 0, 0);
    }

    @Test
    void shouldRefuseWhenAllCellsAreInUse() {
        final IllegalStateException e = assertThrows(IllegalStateException.class, () -> handoff.openPort(counters));
        assertEquals("all 2 ports of the hand-off are open", e.getMessage());
        assertThrows(IllegalStateException.class, handoff::close);
    }
}
