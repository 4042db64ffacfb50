package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_NOT_ENOUGH_RESOURCES;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers of all kinds: a vCPU always gets a legal status, and nothing is applied that does not fit. */
class SlowPathTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long PAGES = 64;
    private static final long[] PUT = {H_PUT_TCE, LIOBN, 0x5000, 0x2003, 0};
    private static final long[] GET = {H_GET_TCE, LIOBN, 0x5000, 0, 0};
    private static final long[] STUFF = {H_STUFF_TCE, LIOBN, 0x5000, 0x800, 4};
    private static final long[] LIST = {H_PUT_TCE_INDIRECT, LIOBN, 0x5000, 0x1000, 3};

    private TceTable table;

    /** A wrong answer: given the table, to a call. */
    record Wrong(String name, long[] call, BiConsumer<TceTable, HcallAnswer> answer, long status, long refused) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Wrong wrong(final String name, final long[] call, final BiConsumer<TceTable, HcallAnswer> answer) {
        // Only an answer about a window that has changed is asked for again.
        return new Wrong(name, call, answer, H_HARDWARE, name.contains("generation") ? 3 : 1);
    }

    static List<Wrong> wrongAnswers() {
        return List.of(
                new Wrong("no answer", PUT, (t, a) -> {}, H_HARDWARE, 0),
                wrong("status 9999", PUT, (t, a) -> a.end(H_TOO_HARD)),
                wrong("status 9999 with a store", PUT, (t, a) -> a.store(H_TOO_HARD, t.generation(), 5, 1)),
                wrong("unknown status", PUT, (t, a) -> a.end(-5)),
                wrong("positive status", PUT, (t, a) -> a.end(1)),
                wrong("32-bit status", PUT, (t, a) -> a.end(0xFFFF_FFFCL)),
                wrong("generation before", PUT, (t, a) -> a.store(H_SUCCESS, t.generation() - 1, 5, 1)),
                wrong("generation after", STUFF, (t, a) -> a.store(H_SUCCESS, t.generation() + 1, 5, 4)),
                wrong("entry past the end", PUT, (t, a) -> a.store(H_SUCCESS, t.generation(), PAGES, 1)),
                wrong("entry far past the end", PUT, (t, a) -> a.store(H_SUCCESS, t.generation(), 1L << 40, 1)),
                wrong("negative entry", PUT, (t, a) -> a.store(H_SUCCESS, t.generation(), -1, 1)),
                wrong("negative entry of 0", PUT, (t, a) -> a.store(H_SUCCESS, t.generation(), Long.MIN_VALUE, 1)),
                wrong("range past the end", STUFF, (t, a) -> a.store(H_SUCCESS, t.generation(), PAGES - 3, 4)),
                wrong("count wraps", STUFF, (t, a) -> a.store(H_SUCCESS, t.generation(), 1, Long.MAX_VALUE)),
                wrong("negative count", STUFF, (t, a) -> a.store(H_SUCCESS, t.generation(), 1, -1)),
                wrong("more than PUT names", PUT, (t, a) -> a.store(H_SUCCESS, t.generation(), 5, 2)),
                wrong("more than STUFF names", STUFF, (t, a) -> a.store(H_SUCCESS, t.generation(), 5, 5)),
                wrong("more than the list", LIST, (t, a) -> a.store(H_SUCCESS, t.generation(), 5, 4)),
                wrong("a load for PUT", PUT, (t, a) -> a.load(t.generation(), 5)),
                wrong("a load for STUFF", STUFF, (t, a) -> a.load(t.generation(), 5)),
                wrong("a store for GET", GET, (t, a) -> a.store(H_SUCCESS, t.generation(), 5, 1)),
                wrong("a store of nothing for GET", GET, (t, a) -> a.store(H_SUCCESS, t.generation(), 5, 0)),
                wrong("a load past the end", GET, (t, a) -> a.load(t.generation(), PAGES)),
                wrong("a load of another generation", GET, (t, a) -> a.load(0, 5)),
                new Wrong("a legal error", PUT, (t, a) -> a.end(H_NOT_ENOUGH_RESOURCES), H_NOT_ENOUGH_RESOURCES, 0),
                new Wrong(
                        "the last answer counts",
                        PUT,
                        (t, a) -> {
                            a.store(H_SUCCESS, t.generation(), 5, 1);
                            a.end(H_PARAMETER);
                        },
                        H_PARAMETER,
                        0));
    }

    private TestVm vm(final UserspaceHandler handler) {
        final TestVm vm = TestVm.inline(new VmConfig(), windows -> handler);
        vm.withMemory(0, GuestMemory.sparse(1 << 20)).putList(0x1000, 0x2003, 0x3003, 0x4003);
        table = vm.window(LIOBN, 12, 0, PAGES);
        vm.setEnabled(false);
        return vm;
    }

    private static long call(final Vcpu vcpu, final long[] call) {
        return vcpu.hcall(call[0], call[1], call[2], call[3], call[4]);
    }

    private void assertUntouched() {
        for (long entry = 0; entry < PAGES; entry++) {
            assertEquals(0, table.tceAcquire(entry), "entry " + entry);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongAnswers")
    void shouldApplyNothingWhenTheAnswerDoesNotFit(final Wrong wrong) {
        final int[] asked = {0};
        try (TestVm vm = vm((request, answer) -> {
            asked[0]++;
            wrong.answer.accept(table, answer);
        })) {
            final Vcpu vcpu = vm.vcpu();
            assertEquals(wrong.status, call(vcpu, wrong.call));
            assertUntouched();
            assertEquals(wrong.refused, vcpu.counters().refusedAnswers());
            assertEquals(Math.max(1, wrong.refused), asked[0]);
            assertEquals(1, vcpu.counters().ended(Layer.USERSPACE));
            assertEquals(0, vcpu.counters().unansweredCalls());
        }
    }

    @Test
    void shouldTryAgainWhenOnlyTheFirstAnswerIsWrong() {
        final int[] asked = {0};
        try (TestVm vm =
                vm((request, answer) -> answer.store(H_SUCCESS, table.generation() + (++asked[0] < 3 ? 1 : 0), 7, 1))) {
            final Vcpu vcpu = vm.vcpu();
            assertEquals(H_SUCCESS, call(vcpu, PUT));
            assertEquals(0x2003, table.tceAcquire(7));
            assertEquals(2, vcpu.counters().refusedAnswers());
        }
    }

    @Test
    void shouldStoreOnlyTheFirstEntriesWhenTheAnswerSaysSo() {
        try (TestVm vm = vm((request, answer) -> {
            assertEquals(3, request.listWords());
            assertEquals(0x4003, request.listWord(2));
            answer.store(H_PARAMETER, table.generation(), 60, 2);
        })) {
            assertEquals(H_PARAMETER, call(vm.vcpu(), LIST));
            assertEquals(0x2003, table.tceAcquire(60));
            assertEquals(0x3003, table.tceAcquire(61));
            assertEquals(0, table.tceAcquire(62));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReturnHardwareErrorAndGoOnWhenTheHandlerThrows(final boolean error) {
        final int[] asked = {0};
        try (TestVm vm = vm((request, answer) -> {
            answer.store(H_SUCCESS, table.generation(), 5, 1);
            if (++asked[0] == 1 && error) {
                throw new StackOverflowError("planted");
            } else if (asked[0] == 1) {
                throw new IllegalStateException("planted");
            }
        })) {
            final Vcpu vcpu = vm.vcpu();
            assertEquals(H_HARDWARE, call(vcpu, PUT));
            assertUntouched();
            assertEquals(1, vm.vm().handoff().failures());
            assertEquals(H_SUCCESS, call(vcpu, PUT));
            assertEquals(1, vm.vm().handoff().failures());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReturnHardwareErrorWhenTheHandOffClosesWhileAVcpuWaits(final boolean vcpuGoesFirst)
            throws InterruptedException {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final TestVm vm = TestVm.threaded(new VmConfig(), windows -> (request, answer) -> {
            asked.countDown();
            awaitUninterrupted(release);
            answer.end(H_SUCCESS);
        });
        final Vcpu vcpu = vm.vcpu();
        final AtomicLong status = new AtomicLong(H_TOO_HARD);
        final Thread thread = new Thread(() -> status.set(call(vcpu, PUT)));
        thread.start();
        asked.await();
        vm.vm().handoff().onClose();
        thread.join();
        assertEquals(H_HARDWARE, status.get());
        assertEquals(1, vcpu.counters().unansweredCalls());
        assertEquals(H_HARDWARE, call(vcpu, PUT));
        assertEquals(2, vcpu.counters().unansweredCalls());
        if (vcpuGoesFirst) {
            // The late answer must find memory that is still there.
            vcpu.close();
        }
        release.countDown();
        vm.stopHandler();
        vm.close();
    }

    private static void awaitUninterrupted(final CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (final InterruptedException e) {
                // The runner interrupts its thread when it is closed; the test decides when this ends.
                Thread.yield();
            }
        }
    }

    @Test
    void shouldNotTouchTheNewWindowWhenItsLiobnIsReusedDuringTheCall() {
        final AtomicReference<TestVm> holder = new AtomicReference<>();
        final int[] asked = {0};
        try (TestVm vm = TestVm.inline(new VmConfig(), windows -> (request, answer) -> {
            final long generation = windows.find(LIOBN).generation();
            if (asked[0]++ < 3) {
                holder.get().closeWindows();
                table = holder.get().window(LIOBN, 12, 0, PAGES);
            }
            answer.store(H_SUCCESS, generation, 5, 1);
        })) {
            holder.set(vm);
            vm.setEnabled(false);
            table = vm.window(LIOBN, 12, 0, PAGES);
            final Vcpu vcpu = vm.vcpu();
            assertEquals(H_HARDWARE, call(vcpu, PUT));
            assertUntouched();
            assertEquals(3, vcpu.counters().refusedAnswers());
            assertEquals(H_SUCCESS, call(vcpu, PUT));
            assertEquals(0x2003, table.tceAcquire(5));
        }
    }

    @Test
    void shouldReadTheNewMemoryWhenItChangesWhileTheHandlerDecides() {
        final AtomicReference<TestVm> holder = new AtomicReference<>();
        try (TestVm vm = TestVm.inline(new VmConfig(), windows -> (request, answer) -> {
            final long generation = windows.find(LIOBN).generation();
            if (request.listWord(0) == 0x2003) {
                // The window goes too, so that the call is decided once more.
                holder.get().closeWindows();
                table = holder.get().window(LIOBN, 12, 0, PAGES);
                holder.get().vm().removeMemslot(0);
                holder.get().withMemory(0, GuestMemory.sparse(1 << 20)).putList(0x1000, 0x7003, 0x8003, 0x9003);
            }
            answer.store(H_SUCCESS, generation, 5, 3);
        })) {
            holder.set(vm);
            vm.withMemory(0, GuestMemory.sparse(1 << 20)).putList(0x1000, 0x2003, 0x3003, 0x4003);
            vm.setEnabled(false);
            table = vm.window(LIOBN, 12, 0, PAGES);
            assertEquals(H_SUCCESS, vm.vcpu().hPutTceIndirect(LIOBN, 5 << 12, 0x1000, 3));
            assertEquals(0x7003, table.tceAcquire(5));
            assertEquals(0x9003, table.tceAcquire(7));
        }
    }

    @Test
    void shouldWaitForNobodyWhenTheOnlyVcpuWaitsForTheHandler() {
        final AtomicReference<TestVm> holder = new AtomicReference<>();
        try (TestVm vm = TestVm.inline(new VmConfig(), windows -> (request, answer) -> {
            assertNull(holder.get().vm().awaitGracePeriod(0));
            answer.end(H_SUCCESS);
        })) {
            holder.set(vm);
            final Vcpu vcpu = vm.vcpu();
            assertEquals(H_SUCCESS, call(vcpu, PUT));
            assertEquals(vcpu.name(), vm.vm().awaitGracePeriod(0), "online again after the call");
        }
    }

    @Test
    void shouldServeEachItsOwnWhenTwoVcpusCallAtOnce() throws InterruptedException {
        final AtomicReference<Thread> handlerThread = new AtomicReference<>();
        try (TestVm vm = TestVm.threaded(new VmConfig(), windows -> {
            final ReferenceHandler handler = new ReferenceHandler(windows);
            return (request, answer) -> {
                handlerThread.compareAndSet(null, Thread.currentThread());
                assertSame(handlerThread.get(), Thread.currentThread());
                handler.handle(request, answer);
            };
        })) {
            vm.setEnabled(false);
            final TceTable shared = vm.window(LIOBN, 12, 0, PAGES);
            final AtomicReference<String> failure = new AtomicReference<>();
            final Thread[] threads = {caller(vm, 0, failure), caller(vm, 1, failure)};
            for (final Thread thread : threads) {
                thread.start();
            }
            for (final Thread thread : threads) {
                thread.join();
                assertNotSame(thread, handlerThread.get());
            }
            assertNull(failure.get());
            assertEquals(0, vm.vm().handoff().failures());
            assertTrue(shared.tceAcquire(0) != 0 && shared.tceAcquire(32) != 0);
        }
    }

    private static Thread caller(final TestVm vm, final int number, final AtomicReference<String> failure) {
        final Vcpu vcpu = vm.vcpu();
        return new Thread(() -> {
            for (int i = 0; i < 5_000 && failure.get() == null; i++) {
                final long ioba = number * 32L + i % 32 << 12;
                final long tce = 0x800 + ((long) i << 20) + number * 4L;
                if (vcpu.hcall(H_PUT_TCE, LIOBN, ioba, tce, 0) != 0
                        || vcpu.hcall(H_GET_TCE, LIOBN, ioba, 0, 0) != 0
                        || vcpu.r4() != tce) {
                    failure.set("vcpu " + number + " call " + i + " read 0x" + Long.toHexString(vcpu.r4()));
                }
            }
        });
    }

    @Test
    void shouldCopyNoWordsWhenTheListIsIllegal() {
        final StringBuilder words = new StringBuilder();
        try (TestVm vm = vm((request, answer) -> {
            words.append(request.listWords()).append(' ');
            answer.end(H_PARAMETER);
        })) {
            final Vcpu vcpu = vm.vcpu();
            vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, 0x1008, 1);
            vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, 0x1000, 513);
            vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, 0x1000, -1);
            vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, 0x1000, 512);
            vcpu.hcall(H_STUFF_TCE, LIOBN, 0, 0x1000, 7);
        }
        assertEquals("0 0 0 512 0 ", words.toString());
    }

    @Test
    void shouldSeeEveryRegisterWhenTheHandlerReadsTheRequest() {
        final StringBuilder seen = new StringBuilder();
        try (TestVm vm = vm((request, answer) -> {
            append(seen, request);
            answer.end(H_SUCCESS);
        })) {
            vm.vcpu().hcall(0x7777_8888_9999L, 1L << 63, -2, 3, -4);
        }
        assertEquals("777788889999 8000000000000000 fffffffffffffffe 3 fffffffffffffffc", seen.toString());
    }

    private static void append(final StringBuilder seen, final HcallRequest request) {
        seen.append(Long.toHexString(request.opcode()))
                .append(' ')
                .append(Long.toHexString(request.liobn()))
                .append(' ')
                .append(Long.toHexString(request.ioba()))
                .append(' ')
                .append(Long.toHexString(request.r6()))
                .append(' ')
                .append(Long.toHexString(request.r7()));
    }
}
