package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkFailedException;
import java.util.List;

/** Runs a fork that failed once more, as the clock's layer does: a signal or want of memory says nothing about the row. */
final class SecondTryEvidence implements Evidence {
    private final Evidence forks;

    /**
     * Creates it.
     *
     * @param forks runs each fork
     */
    SecondTryEvidence(final Evidence forks) {
        this.forks = forks;
    }

    /** A fork. */
    @FunctionalInterface
    private interface Source<T> {
        T fork() throws InterruptedException;
    }

    private static <T> T tried(final Source<T> source) throws InterruptedException {
        try {
            return source.fork();
        } catch (final ForkFailedException e) {
            return source.fork();
        }
    }

    @Override
    public AllocationFork allocation(final Arm arm, final RowName row, final int number) throws InterruptedException {
        return tried(() -> forks.allocation(arm, row, number));
    }

    @Override
    public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods)
            throws InterruptedException {
        return tried(() -> forks.shape(arm, row, number, methods));
    }

    @Override
    public boolean countsInstructions() {
        return forks.countsInstructions();
    }

    @Override
    public InstructionPlan instructionPlan(final Arm arm, final RowName row) throws InterruptedException {
        return tried(() -> forks.instructionPlan(arm, row));
    }

    @Override
    public InstructionCount instructions(final Arm arm, final RowName row, final int number, final InstructionPlan plan)
            throws InterruptedException {
        return tried(() -> forks.instructions(arm, row, number, plan));
    }
}
