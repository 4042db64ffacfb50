package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TranslationHintsTest {
    private static final long FAR = TranslationHints.COUNT * TranslationHints.PIECE_BYTES;

    private final OffHeap offHeap = new OffHeap(1 << 20);
    private final TranslationHints hints = new TranslationHints(offHeap, true);

    @AfterEach
    void free() {
        hints.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    private long place(final long ioba, final int access) {
        return TranslationHints.place(hints.places(), ioba, access);
    }

    private void remember(final long ioba, final int access) {
        // The one word that is sure to be there stands for the page's TCE.
        hints.remember(ioba, access, TranslationHints.permittingWord(), 3, 0x7000_0000L + ioba);
    }

    @Test
    void shouldHoldTheBytesOfItsPieceWhenItIsRemembered() {
        remember(0x5123, 1);
        final long hint = place(0x5000, 1);
        assertTrue(TranslationHints.holds(hint, 0x5000, 0x1000));
        assertTrue(TranslationHints.holds(hint, 0x5fff, 1));
        assertEquals(0x7000_5fffL, TranslationHints.address(hint, 0x5fff));
        assertFalse(TranslationHints.holds(hint, 0x5fff, 2));
        assertFalse(TranslationHints.holds(hint, 0x5000, 0x1001));
        assertFalse(TranslationHints.holds(hint, 0x5000, 0));
        assertFalse(TranslationHints.holds(hint, 0x5000, -1));
        assertFalse(TranslationHints.holds(place(0x5000, 2), 0x5000, 8));
    }

    @Test
    void shouldNotHoldWhenOnlyTheEndIsInItsPiece() {
        remember(FAR, 1);
        final long hint = place(0, 1);
        assertEquals(place(FAR, 1), hint);
        assertFalse(TranslationHints.holds(hint, 0, 8));
        assertFalse(TranslationHints.holds(hint, 8, FAR));
        assertFalse(TranslationHints.holds(hint, 0, FAR + 1));
    }

    @Test
    void shouldHoldNothingWhenCleared() {
        for (int access = 1; access <= 3; access++) {
            remember(0x5000, access);
            assertTrue(TranslationHints.holds(place(0x5000, access), 0x5000, 8));
        }
        hints.clear();
        for (int access = 0; access <= 3; access++) {
            assertFalse(TranslationHints.holds(place(0x5000, access), 0x5000, 8));
        }
    }
}
