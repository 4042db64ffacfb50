package io.vfiotce.tools.trace;

import java.util.Arrays;

/**
 * Guesses the translated address of an XLATE from the last one of the same page: devices read the same pages again
 * and again. Both sides of the binary form run the same guesses, so a right one costs a zero byte.
 */
final class PagePredictor {
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int PAGE_SHIFT = 12;
    private static final long HASH = 0x9e37_79b9_7f4a_7c15L;

    private final long[] translated = new long[SLOTS];

    /** Address translated last for the page of the offset, or for another page of the same slot. */
    long guess(final long liobn, final long offsetBytes) {
        return translated[slot(liobn, offsetBytes)];
    }

    void learn(final long liobn, final long offsetBytes, final long address) {
        translated[slot(liobn, offsetBytes)] = address;
    }

    void clear() {
        Arrays.fill(translated, 0);
    }

    private static int slot(final long liobn, final long offsetBytes) {
        return (int) (((offsetBytes >>> PAGE_SHIFT) + liobn * HASH) * HASH >>> Long.SIZE - SLOT_BITS);
    }
}
