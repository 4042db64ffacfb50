package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import java.util.List;
import java.util.Optional;

/**
 * Forks of the layers beside the clock. All throw {@link io.vfiotce.tools.gate.run.ForkFailedException} if a fork gave no
 * result.
 */
interface Evidence {
    /** A fork that counts allocations. */
    AllocationFork allocation(Arm arm, RowName row, int number) throws InterruptedException;

    /** A fork that records what was compiled, of these methods besides the row's own. */
    ForkShape shape(Arm arm, RowName row, int number, List<String> methods) throws InterruptedException;

    /** Whether instructions can be counted here. */
    boolean countsInstructions();

    /** How to count a row's instructions, by a plain fork of it; empty if it has several threads. */
    Optional<InstructionPlan> instructionPlan(Arm arm, RowName row) throws InterruptedException;

    /** A fork that counts instructions. */
    InstructionCount instructions(Arm arm, RowName row, int number, InstructionPlan plan) throws InterruptedException;
}
