package io.vfiotce.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong answers of every kind: none is taken. */
class SharedAnswerTest extends SharedPortFixture {
    static List<Long> nastyValues() {
        final List<Long> values = new ArrayList<>(List.of(-1L, 0L, 1L, 2L, 3L, Long.MIN_VALUE, Long.MAX_VALUE, 9999L));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            values.add(1L << bit);
            values.add(~(1L << bit));
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void shouldTakeNothingWhenAWordOfTheAnswerIsChanged(final int word) {
        for (final long nasty : nastyValues()) {
            for (final boolean isFlip : new boolean[] {false, true}) {
                assertRefused(word, nasty, isFlip);
            }
        }
    }

    private void assertRefused(final int word, final long nasty, final boolean isFlip) {
        final boolean[] isChanged = {true};
        idle.once(() -> {
            answerRightly();
            final long right = peer.read(CELL, word);
            final long wrong = isFlip ? right ^ nasty : nasty;
            isChanged[0] = wrong != right;
            peer.write(CELL, word, wrong);
        });
        final boolean isTaken = call();
        assertEquals(!isChanged[0], isTaken, "word " + word + " with " + nasty + (isFlip ? " flipped" : ""));
        handoff.liftFence();
    }

    @Test
    void shouldTakeNothingWhenTheWordsAreThoseOfAnotherCell() {
        for (int word = 0; word < ResponseFileDescriptor.CELL_WORDS; word++) {
            final int copied = word;
            idle.once(() -> peer.answer(OTHER, 0, 7, 7, 7, 7));
            assertTrue(otherPort.exchange(1, 1, 1, 1, 1, 0));
            final boolean[] isChanged = {true};
            idle.once(() -> {
                answerRightly();
                isChanged[0] = peer.read(CELL, copied) != peer.read(OTHER, copied);
                peer.write(CELL, copied, peer.read(OTHER, copied));
            });
            final boolean isTaken = call();
            assertEquals(!isChanged[0], isTaken, "word " + word);
            handoff.liftFence();
        }
    }

    @Test
    void shouldTakeNothingWhenAWholeAnswerIsForAnotherVcpu() {
        idle.once(() -> {
            peer.answer(OTHER, 0, 7, 7, 7, 7);
            for (int word = 0; word < ResponseFileDescriptor.CELL_WORDS; word++) {
                peer.write(CELL, word, peer.read(OTHER, word));
            }
        });
        assertFalse(call());
        assertCounted(1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 0x8000_0000L, 0xFFFF_FFFFL, 0x1_0000_0000L})
    void shouldTakeNothingWhenTheNumberIsAnother(final long ahead) {
        assertAnswered();
        idle.once(() -> {
            final long number = peer.number(CELL) + ahead;
            peer.writeWords(CELL, 0, 7, 7, 7, 7);
            peer.writeChecksum(CELL, number);
            peer.writeDone(CELL, number);
        });
        assertFalse(call());
        assertAnswered();
    }

    @Test
    void shouldTakeNothingWhenTheEpochIsAnother() {
        for (final long ahead : new long[] {-1, 1, 1 << 16}) {
            idle.once(() -> {
                answerRightly();
                final long other = StateWord.done(peer.number(CELL), peer.epoch() + ahead, CELL);
                peer.write(CELL, ResponseFileDescriptor.STATE, other);
            });
            assertFalse(call(), "epoch " + ahead);
            handoff.liftFence();
        }
        assertCounted(3, 0, 0);
    }
}
