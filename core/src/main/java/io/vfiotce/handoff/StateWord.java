package io.vfiotce.handoff;

/**
 * State words of requests and answers: one word says which request is meant and what has become of it, so it can be neither torn
 * nor mistaken for another's.
 *
 * <pre>
 *   63            32 31            16 15   12 11        0
 *   +---------------+----------------+-------+-----------+
 *   | generation    | owner's epoch, | state | check     |
 *   |               | low bits       |       |           |
 *   +---------------+----------------+-------+-----------+
 * </pre>
 *
 * The generation is the low half of the request number; states are 1 FREE, 2 REQ, 3 DONE, and a word that is 0 says nothing; the
 * check covers the rest, the whole epoch and the number of the cell.
 */
final class StateWord {
    private static final int FREE = 1;
    private static final int REQ = 2;
    private static final int DONE = 3;
    private static final int STATE_SHIFT = 12;
    private static final int EPOCH_SHIFT = 16;
    private static final int GENERATION_SHIFT = 32;
    private static final int CHECK_SHIFT = 52;
    private static final long EPOCH_MASK = 0xFFFF;
    private static final long EPOCH_MULTIPLIER = 0xBF58_476D_1CE4_E5B9L;
    private static final long CHECK_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private StateWord() {}

    /** A vCPU has given up the request, or never made it. */
    static long free(final long number, final long epoch, final int cell) {
        return word(FREE, number, epoch, cell);
    }

    /** A vCPU waits for the answer to the request. */
    static long request(final long number, final long epoch, final int cell) {
        return word(REQ, number, epoch, cell);
    }

    /** The request is answered. */
    static long done(final long number, final long epoch, final int cell) {
        return word(DONE, number, epoch, cell);
    }

    /** Whether a word says that an earlier request of the cell is answered, one of the last 2^31. */
    static boolean isEarlierAnswer(final long word, final long number, final long epoch, final int cell) {
        final int age = (int) number - (int) (word >>> GENERATION_SHIFT);
        return age > 0 && word == done(number - age, epoch, cell);
    }

    private static long word(final int state, final long number, final long epoch, final int cell) {
        final long bare =
                number << GENERATION_SHIFT | (epoch & EPOCH_MASK) << EPOCH_SHIFT | (long) state << STATE_SHIFT;
        final long mixed = (bare ^ (epoch + cell) * EPOCH_MULTIPLIER) * CHECK_MULTIPLIER;
        return bare | (mixed ^ mixed >>> GENERATION_SHIFT) * CHECK_MULTIPLIER >>> CHECK_SHIFT;
    }
}
