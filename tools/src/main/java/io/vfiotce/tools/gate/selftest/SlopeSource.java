package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.layer.InstructionCount;
import java.util.Optional;

/** Counts the instructions of one row of one jar. */
@FunctionalInterface
public interface SlopeSource {
    /**
     * Counts, or reads what was counted.
     *
     * @param number the count's number, from 0
     * @return the count; empty if nothing can be counted here
     * @throws InterruptedException if the caller is interrupted
     */
    Optional<InstructionCount> count(int number) throws InterruptedException;
}
