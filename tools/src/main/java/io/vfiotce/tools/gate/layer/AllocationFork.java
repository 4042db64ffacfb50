package io.vfiotce.tools.gate.layer;

import java.util.List;

/**
 * One fork of the pass that counts allocations.
 *
 * @param iterations its measured iterations in order, not empty
 * @param collections garbage collections during them ({@code gc.count}), of a heap of fixed size
 */
public record AllocationFork(List<AllocationSample> iterations, double collections) {
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

    /** The iterations that count: JMH and the row still warm up in the first, unless it is the only one. */
    List<AllocationSample> settled() {
        return iterations.size() == 1 ? iterations : iterations.subList(1, iterations.size());
    }
}
