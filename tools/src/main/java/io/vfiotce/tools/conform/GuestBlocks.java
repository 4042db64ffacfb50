package io.vfiotce.tools.conform;

import io.vfiotce.memory.GuestMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sparse blocks of guest memory, used again by scenario after scenario so that mappings do not pile up.
 *
 * @threads one
 */
final class GuestBlocks {
    /** Longest block; longer ranges are made of several. */
    static final long MAX_BLOCK_BYTES = 1L << 30;

    private static final long MIN_BLOCK_BYTES = 1L << 16;

    // Sizes are powers of two, so there are few kinds of blocks whatever the scenarios ask for.
    private final Map<Long, List<GuestMemory>> blocksBySize = new HashMap<>();
    private final Map<Long, Integer> takenBySize = new HashMap<>();

    /** Starts a scenario: all blocks are free again. Nothing may use those of the scenario before. */
    void reuse() {
        takenBySize.clear();
    }

    /**
     * A block for this scenario; what is in it is left over from earlier ones.
     *
     * @param sizeBytes least length in bytes, up to {@link #MAX_BLOCK_BYTES}
     */
    GuestMemory take(final long sizeBytes) {
        final long atLeast = Math.max(sizeBytes, MIN_BLOCK_BYTES);
        final long rounded = Long.highestOneBit(atLeast - 1) << 1;
        final List<GuestMemory> blocks = blocksBySize.computeIfAbsent(rounded, size -> new ArrayList<>());
        final int taken = takenBySize.merge(rounded, 1, Integer::sum);
        if (taken > blocks.size()) {
            blocks.add(GuestMemory.sparse(rounded));
        }
        return blocks.get(taken - 1);
    }
}
