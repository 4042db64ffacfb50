package io.vfiotce.tools.gate.layer;

import java.util.List;

/**
 * One fork of the pass that counts allocations.
 *
 * @param iterations its measured iterations in order, not empty
 * @param collections garbage collections during those that count ({@code gc.count}), of a heap of fixed size
 */
public record AllocationFork(List<AllocationSample> iterations, double collections) {
    private static final int LEAST_WITH_TEARDOWN = 3;

    /**
     * Creates the record.
     *
     * @throws IllegalArgumentException if there is no iteration
     */
    public AllocationFork {
        if (iterations.isEmpty()) {
            throw new IllegalArgumentException("a fork without measured iterations");
        }
        iterations = List.copyOf(iterations);
    }

    /** The iterations that count. */
    List<AllocationSample> settled() {
        return settled(iterations);
    }

    /**
     * Chooses what counts of the figures of all iterations. In the first one JMH and the row still warm up, and the last one
     * holds what the benchmark's teardown allocates; where there is nothing between them, the last counts all the same.
     *
     * @param iterations a figure of each iteration, in order
     * @return those that count, at least one if there is any
     */
    public static <T> List<T> settled(final List<T> iterations) {
        final int end = iterations.size() < LEAST_WITH_TEARDOWN ? iterations.size() : iterations.size() - 1;
        return iterations.subList(Math.min(1, end - 1), end);
    }
}
