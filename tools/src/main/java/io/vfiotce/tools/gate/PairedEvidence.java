package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs the head's fork beside the base's: what these layers look at does not depend on time, so two processors halve the
 * wait. Whoever asks for a fork of the base will ask for the head's next.
 */
final class PairedEvidence implements Evidence {
    private final Evidence forks;
    private final Map<Object, FutureTask<?>> heads = new HashMap<>();

    /**
     * Creates the pairs.
     *
     * @param forks runs each fork, also two at a time
     */
    PairedEvidence(final Evidence forks) {
        this.forks = forks;
    }

    /** The fork of a row that an arm has. */
    @FunctionalInterface
    private interface Source<T> {
        T of(Arm arm) throws InterruptedException;
    }

    @Override
    public AllocationFork allocation(final Arm arm, final RowName row, final int number) throws InterruptedException {
        return fork(arm, List.of("allocation", row, number), own -> forks.allocation(own, row, number));
    }

    @Override
    public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods)
            throws InterruptedException {
        return fork(arm, List.of("shape", row, number), own -> forks.shape(own, row, number, methods));
    }

    @Override
    public boolean countsInstructions() {
        return forks.countsInstructions();
    }

    @Override
    public Optional<InstructionPlan> instructionPlan(final Arm arm, final RowName row) throws InterruptedException {
        return forks.instructionPlan(arm, row);
    }

    @Override
    public InstructionCount instructions(final Arm arm, final RowName row, final int number, final InstructionPlan plan)
            throws InterruptedException {
        return fork(arm, List.of("instructions", row, number), own -> forks.instructions(own, row, number, plan));
    }

    private <T> T fork(final Arm arm, final Object which, final Source<T> source) throws InterruptedException {
        if (arm == Arm.HEAD) {
            @SuppressWarnings("unchecked")
            final FutureTask<T> begun = (FutureTask<T>) heads.remove(which);
            return begun == null ? source.of(Arm.HEAD) : result(begun);
        }
        final FutureTask<T> head = new FutureTask<>(() -> source.of(Arm.HEAD));
        heads.put(which, head);
        final Thread thread = new Thread(head, "head's fork");
        thread.setDaemon(true);
        thread.start();
        try {
            return source.of(Arm.BASE);
        } catch (final InterruptedException e) {
            thread.interrupt();
            throw e;
        } finally {
            // Also if the base's fork failed: nothing runs beside what comes next.
            join(thread);
        }
    }

    /** Whoever is interrupted while waiting ends the head's fork, and waits until nothing is left of it. */
    private static void join(final Thread thread) throws InterruptedException {
        InterruptedException told = null;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                thread.interrupt();
                told = e;
            }
        }
        if (told != null) {
            throw told;
        }
    }

    private static <T> T result(final FutureTask<T> begun) throws InterruptedException {
        try {
            return begun.get();
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof InterruptedException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
