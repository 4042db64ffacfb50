package io.vfiotce.tools.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.InProcessHandoff;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guest that chaos is judged by sees what goes wrong. */
@Timeout(30)
class GuestLoadTest {
    private static final long LIOBN = 0x80000000L;
    private static final int CALLS = 1000;
    private static final int LIE_EVERY = 10;
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    /** Changes one answer in ten of those that store. */
    private interface Lie {
        void about(HcallRequest request, HcallAnswer answer, TceTable table, long first);
    }

    private GuestLoad load;
    private TceTable table;
    private UserspaceHandler truth;
    private int stores;

    private void answer(final Lie lie, final HcallRequest request, final HcallAnswer answer) {
        final boolean stored = request.opcode() != Hcall.H_GET_TCE;
        if (stored && ++stores % LIE_EVERY == 0) {
            lie.about(request, answer, table, request.ioba() >>> 12);
        } else {
            truth.handle(request, answer);
        }
        if (stores == CALLS) {
            load.stop();
        }
    }

    private GuestFigures run(final Lie lie) throws InterruptedException {
        final OffHeap offHeap = new OffHeap(1 << 20);
        final InProcessHandoff handoff = new InProcessHandoff(
                (request, answer) -> answer(lie, request, answer),
                offHeap,
                YieldingIdleStrategy::new,
                1,
                SystemNanoClock.INSTANCE,
                AnswerLimit.RUN);
        final JournaledHandoff journaled = new JournaledHandoff(handoff);
        try (Vm vm = new Vm(new VmConfig(), journaled)) {
            truth = new ReferenceHandler(vm.windows());
            for (final long opcode : OPCODES) {
                vm.enableHcall(opcode, false);
            }
            final GuestMemory memory = GuestMemory.sparse(1 << 16);
            vm.addMemslot(Memslot.of(0, memory));
            final int fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, 12, 0, GuestLoad.ENTRIES));
            table = ((TceTableFile) vm.files().file(fd)).table();
            try (UserspaceWindow window = vm.mapTable(fd);
                    Vcpu vcpu = vm.createVcpu();
                    AgentRunner runner = new AgentRunner(new YieldingIdleStrategy(), e -> {}, null, handoff)) {
                load = new GuestLoad(vcpu, journaled.port(0), window.table(), memory, 0, 5);
                AgentRunner.startOnThread(runner);
                load.run();
            } finally {
                vm.files().close(fd);
            }
        }
        handoff.free();
        assertNull(load.failure());
        return load.figures();
    }

    private static void assertOnly(
            final GuestFigures figures, final long lost, final long doubled, final long torn, final long givenUp) {
        assertEquals(lost, figures.lost(), figures.toString());
        assertEquals(doubled, figures.doubled(), figures.toString());
        assertEquals(torn, figures.torn(), figures.toString());
        assertEquals(givenUp, figures.givenUp(), figures.toString());
        assertEquals(0, figures.otherStatuses(), figures.toString());
        assertTrue(figures.slowestNs() > 0);
        assertEquals(lost + doubled + torn == 0, figures.isSound());
    }

    @Test
    void shouldBeSoundWhenTheHandlerIs() throws InterruptedException {
        assertOnly(run((request, answer, window, first) -> truth.handle(request, answer)), 0, 0, 0, 0);
    }

    @Test
    void shouldCountNothingButTheStatusWhenACallIsGivenUp() throws InterruptedException {
        // Answered with H_HARDWARE it is journalled all the same, which a call that was given up must not be.
        final GuestFigures figures = run((request, answer, window, first) -> answer.end(HStatus.H_HARDWARE));
        assertOnly(figures, 0, CALLS / LIE_EVERY, 0, CALLS / LIE_EVERY);
    }

    @Test
    void shouldCountALostRequestWhenItIsAnsweredAndNotDone() throws InterruptedException {
        assertOnly(run((request, answer, window, first) -> answer.end(HStatus.H_SUCCESS)), CALLS / LIE_EVERY, 0, 0, 0);
    }

    @Test
    void shouldCountATornRequestWhenAPartIsDone() throws InterruptedException {
        final GuestFigures figures = run((request, answer, window, first) -> {
            truth.handle(request, answer);
            if (request.opcode() == Hcall.H_PUT_TCE_INDIRECT && request.listWords() > 1) {
                answer.store(HStatus.H_SUCCESS, window.generation(), first, request.listWords() - 1L);
            }
        });
        assertTrue(figures.torn() > 0, figures.toString());
        assertOnly(figures, 0, 0, figures.torn(), 0);
    }

    @Test
    void shouldCountAnotherStatus() throws InterruptedException {
        final GuestFigures figures = run((request, answer, window, first) -> answer.end(HStatus.H_PARAMETER));
        assertEquals(CALLS / LIE_EVERY, figures.otherStatuses());
        assertTrue(!figures.isSound());
    }
}
