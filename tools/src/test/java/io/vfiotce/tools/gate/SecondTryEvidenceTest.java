package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationSample;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecondTryEvidenceTest {
    private static final RowName ROW = FakeRun.row("a.B.x");

    /** Fails so often. */
    private static final class Failing implements Evidence {
        private int failures;
        private int forks;

        private Failing(final int failures) {
            this.failures = failures;
        }

        private <T> T fork(final T result) {
            forks++;
            if (failures-- > 0) {
                throw new ForkFailedException("killed");
            }
            return result;
        }

        @Override
        public AllocationFork allocation(final Arm arm, final RowName row, final int number) {
            return fork(new AllocationFork(List.of(new AllocationSample(1, 1)), number));
        }

        @Override
        public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods) {
            return fork(new ForkShape(Map.of(), methods));
        }

        @Override
        public boolean countsInstructions() {
            return true;
        }

        @Override
        public InstructionPlan instructionPlan(final Arm arm, final RowName row) {
            return fork(new InstructionPlan(9));
        }

        @Override
        public InstructionCount instructions(
                final Arm arm, final RowName row, final int number, final InstructionPlan plan) {
            return fork(new InstructionCount(number, List.of(9.0)));
        }
    }

    @Test
    void shouldRunAForkOnceMoreWhenItFails() throws Exception {
        for (int failures = 0; failures <= 1; failures++) {
            assertEquals(
                    3,
                    new SecondTryEvidence(new Failing(failures))
                            .allocation(Arm.BASE, ROW, 3)
                            .collections());
            assertEquals(
                    List.of("a.B.m"),
                    new SecondTryEvidence(new Failing(failures))
                            .shape(Arm.HEAD, ROW, 0, List.of("a.B.m"))
                            .required());
            assertEquals(
                    new InstructionPlan(9),
                    new SecondTryEvidence(new Failing(failures)).instructionPlan(Arm.BASE, ROW));
            assertEquals(
                    new InstructionCount(4, List.of(9.0)),
                    new SecondTryEvidence(new Failing(failures))
                            .instructions(Arm.HEAD, ROW, 4, new InstructionPlan(9)));
        }
    }

    @Test
    void shouldGiveUpWhenItFailsAgain() {
        final Failing failing = new Failing(2);
        assertThrows(ForkFailedException.class, () -> new SecondTryEvidence(failing).allocation(Arm.BASE, ROW, 0));
        assertEquals(2, failing.forks);
    }
}
