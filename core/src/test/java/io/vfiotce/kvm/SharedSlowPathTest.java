package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_FUNCTION;
import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.HandlerDouble;
import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.papr.HStatus;
import io.vfiotce.support.ScriptedIdle;
import io.vfiotce.support.SharedVm;
import io.vfiotce.tce.TceTable;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hypercalls whose handler is reached over shared files: the same outcome as in process, whatever the handler says. */
class SharedSlowPathTest {
    private static final long LIOBN = 0x8000_0000L;
    private static final long PAGES = 64;
    private static final long LIST = 0x1_0000;

    @TempDir
    Path temporary;

    private SharedVm patientVm() {
        return new SharedVm(
                temporary.resolve("handoff"),
                new SharedHandoffConfig()
                        .maxVcpus(2)
                        .maxRecords(2)
                        .answerLimit(AnswerLimit.RUN)
                        .vcpuIdle(YieldingIdleStrategy::new));
    }

    private SharedVm scriptedVm(final ScriptedIdle idle) {
        return new SharedVm(
                temporary.resolve("handoff"),
                new SharedHandoffConfig().maxVcpus(1).maxRecords(2).clock(idle).vcpuIdle(() -> idle));
    }

    @Test
    void shouldEndAsInProcessWhenTheHandlerIsReachedOverFiles() {
        try (SharedVm vm = patientVm()) {
            final TceTable table = vm.window(LIOBN, PAGES);
            final Vcpu vcpu = vm.vcpu();
            vm.startHandler();
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, LIOBN, 5 << 12, 0x1003, 0));
            assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, LIOBN, 5 << 12, 0, 0));
            assertEquals(0x1003, vcpu.r4());
            vm.putList(LIST, 0x2003, 0x3003, 0x4003);
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 61 << 12, LIST, 3));
            assertEquals(0x4003, table.tceAcquire(63));
            assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 62 << 12, LIST, 3));
            assertEquals(0x3003, table.tceAcquire(63), "what fits is stored");
            assertEquals(H_SUCCESS, vcpu.hcall(H_STUFF_TCE, LIOBN, 0, 0x7000, PAGES));
            assertEquals(0x7000, table.tceAcquire(63));
            assertEquals(H_PARAMETER, vcpu.hcall(H_GET_TCE, LIOBN, PAGES << 12, 0, 0));
            assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE, LIOBN + 1, 0, 0, 0));
            assertEquals(H_FUNCTION, vcpu.hcall(0x54, 0, 0, 0, 0));
            assertEquals(0, vcpu.counters().unansweredCalls() + vcpu.counters().badAnswers());
        }
    }

    @Test
    void shouldKnowAWindowWhenItComesAndNotWhenItHasGone() {
        try (SharedVm vm = patientVm()) {
            final Vcpu vcpu = vm.vcpu();
            vm.startHandler();
            for (int round = 0; round < 20; round++) {
                final long liobn = LIOBN + (round & 1);
                assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE, liobn, 0, 0x1003, 0));
                vm.window(liobn, PAGES);
                assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, liobn, 0, 0x1003, 0));
                vm.closeWindows();
            }
        }
    }

    @Test
    void shouldRefuseAWindowWhenThereIsNoRoomToPublishIt() {
        try (SharedVm vm = patientVm()) {
            vm.window(LIOBN, PAGES);
            vm.window(LIOBN + 1, PAGES);
            final LinuxException refused = assertThrows(LinuxException.class, () -> vm.window(LIOBN + 2, PAGES));
            assertEquals(Errno.ENOMEM, refused.errno());
            assertNull(vm.vm().windows().find(LIOBN + 2));
            vm.closeWindows();
            vm.window(LIOBN + 2, PAGES);
        }
    }

    @Test
    void shouldServeEachItsOwnWhenTwoVcpusCallAtOnce() throws InterruptedException {
        try (SharedVm vm = patientVm()) {
            vm.window(LIOBN, PAGES);
            final AtomicReference<String> failure = new AtomicReference<>();
            final Thread[] callers = {caller(vm, 0, failure), caller(vm, 1, failure)};
            vm.startHandler();
            for (final Thread thread : callers) {
                thread.start();
            }
            for (int restart = 0; restart < 20; restart++) {
                vm.stopHandler();
                vm.startHandler();
            }
            for (final Thread thread : callers) {
                thread.join();
            }
            assertNull(failure.get());
        }
    }

    private static Thread caller(final SharedVm vm, final int number, final AtomicReference<String> failure) {
        final Vcpu vcpu = vm.vcpu();
        return new Thread(() -> {
            for (int i = 0; i < 5_000 && failure.get() == null; i++) {
                final long ioba = number * 32L + i % 32 << 12;
                final long tce = 0x800 + ((long) i << 20) + number * 4L;
                if (vcpu.hcall(H_PUT_TCE, LIOBN, ioba, tce, 0) != 0
                        || vcpu.hcall(H_GET_TCE, LIOBN, ioba, 0, 0) != 0
                        || vcpu.r4() != tce
                        || vcpu.counters().badAnswers() != 0) {
                    failure.set("vcpu " + number + " call " + i + " read 0x" + Long.toHexString(vcpu.r4()));
                }
            }
        });
    }

    /** Every answer word with values that mean harm, each in an answer that is whole. */
    @ParameterizedTest
    @CsvSource({"0,0x20", "1,0x20", "2,0x20", "3,0x20", "4,0x20", "0,0x1C", "1,0x1C", "2,0x1C", "3,0x1C", "4,0x1C"})
    void shouldEndLegallyAndTouchNothingElseWhenAWholeAnswerIsNonsense(final int word, final long opcode) {
        final ScriptedIdle idle = new ScriptedIdle();
        try (SharedVm vm = scriptedVm(idle);
                HandlerDouble peer = new HandlerDouble(temporary.resolve("handoff"))) {
            final TceTable table = vm.window(LIOBN, PAGES);
            final Vcpu vcpu = vm.vcpu();
            final long effect = opcode == H_GET_TCE ? 2 : 1;
            for (int bit = -1; bit < Long.SIZE; bit++) {
                for (final long value : new long[] {bit < 0 ? 0 : 1L << bit, bit < 0 ? -1 : ~(1L << bit), bit}) {
                    final long[] words = {H_SUCCESS, effect, 3, 1, table.generation()};
                    words[word] = value;
                    idle.at(() -> {
                        if (peer.isOpen(0)) {
                            peer.answer(0, words);
                        }
                    });
                    final long status = vcpu.hcall(opcode, LIOBN, 3 << 12, 0x1003, 0);
                    assertTrue(HStatus.isGuestVisible(status), "status " + status);
                    for (int entry = 0; entry < PAGES; entry++) {
                        assertTrue(table.tceAcquire(entry) == 0 || isNamed(opcode, word, entry), "entry " + entry);
                    }
                    table.fill(0, PAGES, 0);
                    vm.handoff().liftFence();
                }
            }
        }
    }

    /** Whether an answer that differs in one word may touch an entry: of a PUT the one that it names. */
    private static boolean isNamed(final long opcode, final int word, final int entry) {
        return opcode == H_PUT_TCE && (entry == 3 || word == 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {HStatus.H_TOO_HARD, 1, -3000, 5, Long.MIN_VALUE})
    void shouldAskNoMoreWhenTheStatusIsIllegalThreeTimes(final long status) {
        final ScriptedIdle idle = new ScriptedIdle();
        try (SharedVm vm = scriptedVm(idle);
                HandlerDouble peer = new HandlerDouble(temporary.resolve("handoff"))) {
            final TceTable table = vm.window(LIOBN, PAGES);
            final Vcpu vcpu = vm.vcpu();
            for (int i = 0; i < 3; i++) {
                idle.once(() -> peer.answer(0, status, 1, 0, 1, table.generation()));
                assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            }
            assertTrue(vm.handoff().isFenced());
            assertEquals(3, vcpu.counters().refusedAnswers());
            idle.at(() -> {});
            assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            assertEquals(0, idle.looks());
            assertEquals(1, vcpu.counters().fencedCalls());
            assertEquals(1, vcpu.counters().unansweredCalls());
            assertEquals(0, table.tceAcquire(0));
        }
    }

    @Test
    void shouldApplyNothingWhenASlowHandlerAnswersAfterTheDeadline() {
        final ScriptedIdle idle = new ScriptedIdle();
        try (SharedVm vm = scriptedVm(idle);
                HandlerDouble peer = new HandlerDouble(temporary.resolve("handoff"))) {
            final TceTable table = vm.window(LIOBN, PAGES);
            final Vcpu vcpu = vm.vcpu();
            final long[] store = {H_SUCCESS, 1, 3, 1, table.generation()};
            idle.at(() -> {});
            assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE, LIOBN, 3 << 12, 0x1003, 0));
            peer.answer(0, store);
            assertEquals(0, table.tceAcquire(3));
            // The late answer is whole, and the next call waits for its own.
            idle.once(() -> {
                assertEquals(0, table.tceAcquire(3));
                store[2] = 4;
                peer.answer(0, store);
            });
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, LIOBN, 4 << 12, 0x2003, 0));
            assertEquals(0, table.tceAcquire(3));
            assertEquals(0x2003, table.tceAcquire(4));
            assertEquals(1, vcpu.counters().lateAnswers());
            assertEquals(1, vcpu.counters().unansweredCalls());
            assertFalse(vm.handoff().isFenced());
        }
    }

    @Test
    void shouldAnswerWhatIsOpenWhenAHandlerComesLater() {
        final ScriptedIdle idle = new ScriptedIdle();
        try (SharedVm vm = scriptedVm(idle)) {
            vm.window(LIOBN, PAGES);
            final Vcpu vcpu = vm.vcpu();
            idle.at(() -> {
                if (idle.looks() == 20) {
                    try (SharedHandler handler =
                            SharedHandler.open(temporary.resolve("handoff"), SharedVm::referenceHandler)) {
                        assertEquals(1, handler.doWork());
                    }
                }
            });
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            idle.at(() -> {});
            assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            assertEquals(1, vcpu.counters().unansweredCalls());
        }
    }
}
