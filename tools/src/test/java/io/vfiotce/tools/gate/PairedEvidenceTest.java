package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationSample;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkFailedException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PairedEvidenceTest {
    private static final RowName ROW = FakeRun.row("a.B.x");

    /** Allocations only; a fork fails if its arm is to. */
    private static final class Forks implements Evidence {
        private final Map<Arm, AllocationFork> results = new EnumMap<>(Arm.class);
        private final AtomicInteger ended = new AtomicInteger();
        private CyclicBarrier together;
        private CountDownLatch begun;
        private Arm failing;

        Forks() {
            results.put(Arm.BASE, new AllocationFork(List.of(new AllocationSample(1, 1)), 0));
            results.put(Arm.HEAD, new AllocationFork(List.of(new AllocationSample(2, 1)), 0));
        }

        @Override
        public AllocationFork allocation(final Arm arm, final RowName row, final int number)
                throws InterruptedException {
            if (begun != null) {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    ended.incrementAndGet();
                }
            }
            try {
                if (together != null) {
                    together.await(1, TimeUnit.MINUTES);
                }
            } catch (final BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
            ended.incrementAndGet();
            if (arm == failing) {
                throw new ForkFailedException(arm + " failed");
            }
            return results.get(arm);
        }

        @Override
        public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean countsInstructions() {
            return false;
        }

        @Override
        public Optional<InstructionPlan> instructionPlan(final Arm arm, final RowName row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InstructionCount instructions(
                final Arm arm, final RowName row, final int number, final InstructionPlan plan) {
            throw new UnsupportedOperationException();
        }
    }

    private final Forks forks = new Forks();
    private final Evidence paired = new PairedEvidence(forks);

    @Test
    void shouldRunBothArmsAtTheSameTime() throws InterruptedException {
        forks.together = new CyclicBarrier(2);

        assertSame(forks.results.get(Arm.BASE), paired.allocation(Arm.BASE, ROW, 0));
        assertSame(forks.results.get(Arm.HEAD), paired.allocation(Arm.HEAD, ROW, 0));
        assertEquals(2, forks.ended.get());
    }

    @Test
    void shouldRunTheHeadAloneWhenNobodyAskedForTheBase() throws InterruptedException {
        assertSame(forks.results.get(Arm.HEAD), paired.allocation(Arm.HEAD, ROW, 0));
        assertEquals(1, forks.ended.get());
    }

    @Test
    @Timeout(60)
    void shouldEndBothForksWhenItIsInterrupted() throws InterruptedException {
        forks.begun = new CountDownLatch(2);
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        final Thread runner = new Thread(() -> {
            try {
                paired.allocation(Arm.BASE, ROW, 0);
            } catch (final Throwable e) {
                thrown.set(e);
            }
        });
        runner.start();
        forks.begun.await();
        runner.interrupt();
        runner.join();
        assertEquals(InterruptedException.class, thrown.get().getClass());
        assertEquals(2, forks.ended.get(), "nothing is left running");
    }

    @Test
    void shouldSayOfEachArmItsOwnFailure() throws InterruptedException {
        forks.failing = Arm.HEAD;
        assertSame(forks.results.get(Arm.BASE), paired.allocation(Arm.BASE, ROW, 0));
        final ForkFailedException head =
                assertThrows(ForkFailedException.class, () -> paired.allocation(Arm.HEAD, ROW, 0));
        assertTrue(head.getMessage().startsWith("HEAD"), head.getMessage());

        forks.failing = Arm.BASE;
        assertThrows(ForkFailedException.class, () -> paired.allocation(Arm.BASE, ROW, 1));
        assertEquals(4, forks.ended.get(), "nothing is left running");
    }
}
