package io.vfiotce.memory;

/** Who is given the bits of a {@link SparseBitmap} as runs. */
@FunctionalInterface
public interface BitRuns {
    /**
     * Bits that are set, one after the other, with none before and after them in the range that was asked for.
     *
     * @param first number of the first bit
     * @param count how many, at least 1
     */
    void run(long first, long count);
}
