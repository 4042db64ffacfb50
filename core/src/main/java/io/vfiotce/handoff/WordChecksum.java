package io.vfiotce.handoff;

import io.vfiotce.memory.WordPage;

/**
 * Checksum of words that two processes share. It finds accidents: torn answers, words that were changed, words of another cell. It
 * does not keep out a peer that means harm, which could compute it as well.
 *
 * @cost no allocation; two chains of multiplications side by side
 */
final class WordChecksum {
    private static final long FIRST_SEED = 0x243F_6A88_85A3_08D3L;
    private static final long SECOND_SEED = 0x1319_8A2E_0370_7344L;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final int ROTATION = 29;

    private WordChecksum() {}

    /**
     * Computes a checksum.
     *
     * @param words page of this process
     * @param firstIndex first word
     * @param count how many words, an even number
     * @param number what they belong to: request number or sequence
     * @param epoch epoch of the owner
     * @param place number of the cell or record
     */
    static long of(
            final WordPage words,
            final int firstIndex,
            final int count,
            final long number,
            final long epoch,
            final int place) {
        long first = step(FIRST_SEED, number);
        long second = step(SECOND_SEED + place, epoch);
        for (int i = 0; i < count; i += 2) {
            first = step(first, words.wordPlain(firstIndex + i));
            second = step(second, words.wordPlain(firstIndex + i + 1));
        }
        return step(step(first, second), count);
    }

    private static long step(final long sum, final long word) {
        return Long.rotateLeft((sum ^ word) * MULTIPLIER, ROTATION);
    }
}
