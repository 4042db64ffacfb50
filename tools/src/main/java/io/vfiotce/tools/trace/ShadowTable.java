package io.vfiotce.tools.trace;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the importer knows of each entry of a window: not the word itself, only whether a replay has it.
 *
 * <p>An entry state is one of the constants, or {@link #FIRST_LIST_WORD} plus the index of the INDIRECT list word last
 * stored there. Memory grows with the entries written, not with the window.
 */
final class ShadowTable {
    /** Known to be zero. */
    static final int ZERO = 1;

    /** Known word. */
    static final int KNOWN = 2;

    /** Contents that no line of the log gave. */
    static final int UNKNOWN = 3;

    /** List word 0; word w is this plus w. */
    static final int FIRST_LIST_WORD = 4;

    private static final int CHUNK_SHIFT = 6;
    private static final int CHUNK_ENTRIES = 1 << CHUNK_SHIFT;
    private static final int UNTOUCHED = 0;

    private final Map<Long, int[]> chunks = new HashMap<>();
    private final int initialState;
    private final Budget budget;

    /** Bound on the chunks of all tables of an import, in memory at one time. */
    static final class Budget {
        /** 2^20 chunks of 64 entries, 256 MiB of states. */
        private static final int MAX_CHUNKS = 1 << 20;

        private int chunks;
    }

    ShadowTable(final boolean zeroed, final Budget budget) {
        this.initialState = zeroed ? ZERO : UNKNOWN;
        this.budget = budget;
    }

    /** State of an entry that holds a known word. */
    static int stateOf(final long tce) {
        return tce == 0 ? ZERO : KNOWN;
    }

    int state(final long entry) {
        final int[] chunk = chunks.get(entry >>> CHUNK_SHIFT);
        final int state = chunk == null ? UNTOUCHED : chunk[(int) entry & CHUNK_ENTRIES - 1];
        return state == UNTOUCHED ? initialState : state;
    }

    void set(final long entry, final int state) {
        fill(entry, 1, state);
    }

    /** Sets the state of entries in a row. */
    void fill(final long firstEntry, final int entries, final int state) {
        final long end = firstEntry + entries;
        long entry = firstEntry;
        while (entry < end) {
            final int from = (int) entry & CHUNK_ENTRIES - 1;
            final int to = (int) Math.min(CHUNK_ENTRIES, from + (end - entry));
            final int[] chunk = chunkFor(entry >>> CHUNK_SHIFT, state);
            if (chunk != null) {
                Arrays.fill(chunk, from, to, state);
            }
            entry += to - from;
        }
    }

    /** The chunk to change, null if it is absent and the state is what absence means. */
    private int[] chunkFor(final long chunkIndex, final int state) {
        final int[] present = chunks.get(chunkIndex);
        if (present != null || state == initialState) {
            return present;
        }
        if (budget.chunks == Budget.MAX_CHUNKS) {
            throw new IllegalArgumentException(
                    "more than " + Budget.MAX_CHUNKS * CHUNK_ENTRIES + " table entries in use");
        }
        budget.chunks++;
        final int[] added = new int[CHUNK_ENTRIES];
        chunks.put(chunkIndex, added);
        return added;
    }

    /** Entries that are not known to be zero become unknown: the table may have been cleared without a log line. */
    void forgetWords() {
        for (final int[] chunk : chunks.values()) {
            for (int i = 0; i < CHUNK_ENTRIES; i++) {
                if (chunk[i] > ZERO) {
                    chunk[i] = UNKNOWN;
                }
            }
        }
    }

    /** Gives the memory back to the budget; the table is of no use afterwards. */
    void release() {
        budget.chunks -= chunks.size();
        chunks.clear();
    }
}
