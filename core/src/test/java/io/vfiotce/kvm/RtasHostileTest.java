package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Rtas.CREATE_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.QUERY_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.REMOVE_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.RESET_PE_DMA_WINDOW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowOperations;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.RtasVm;
import io.vfiotce.support.TestVm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Buffers that no guest should pass to H_RTAS, and answers that no handler should give. */
class RtasHostileTest {
    private static final long END = RtasVm.MEMORY_BYTES;
    private static final long BUFFER = RtasVm.BUFFER;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nargs 17, 0x1000, 17, 1",
        "nret 17, 0x1000, 1, 17",
        "nargs 2^31, 0x1000, 0x80000000, 1",
        "nret 2^31, 0x1000, 1, 0x80000000",
        "nret 2^32 - 1, 0x1000, 1, 0xffffffff",
        "nargs and nret whose sum wraps, 0x1000, 0xffffffff, 2",
        "the last result is beyond the end of memory, 0xffe4, 3, 2",
        "the last byte is beyond the end of memory, 0xffe1, 3, 2"
    })
    void shouldRefuseWithoutHandOffWhenTheBufferIsTooLong(
            final String name, final String gpa, final String nargs, final String nret) {
        try (RtasVm vm = new RtasVm()) {
            vm.put(Long.decode(gpa), 0, QUERY_PE_DMA_WINDOW);
            vm.put(Long.decode(gpa), 1, Long.decode(nargs));
            vm.put(Long.decode(gpa), 2, Long.decode(nret));
            vm.test().vm().handoff().onClose();
            assertEquals(H_PARAMETER, vm.vcpu().hcall(Hcall.H_RTAS, Long.decode(gpa), 0, 0, 0));
            assertEquals(0, vm.vcpu().counters().unansweredCalls());
        }
    }

    @ParameterizedTest
    @CsvSource({"0x10000", "0xfffc", "0xfff5", "-1", "-4", "-12", "0x1000000001000", "-0x8000000000000000"})
    void shouldRefuseWithoutHandOffWhenTheBufferIsNoMemory(final String gpa) {
        try (RtasVm vm = new RtasVm()) {
            vm.test().vm().handoff().onClose();
            assertEquals(H_PARAMETER, vm.vcpu().hcall(Hcall.H_RTAS, Long.decode(gpa), 0, 0, 0));
            assertEquals(0, vm.vcpu().counters().unansweredCalls());
        }
    }

    @ParameterizedTest(name = "at 0x{0}")
    @CsvSource({"1001", "1002", "1003", "1007", "1ffd", "ffd4"})
    void shouldServeTheCallWhenTheBufferIsMisalignedOrEndsWithMemory(final String gpa) {
        try (RtasVm vm = new RtasVm()) {
            final long[] results =
                    vm.callAt(Long.parseLong(gpa, 16), QUERY_PE_DMA_WINDOW, 5, 0, RtasVm.buidHigh(), RtasVm.buidLow());
            assertArrayEquals(new long[] {0, 1, Integer.MIN_VALUE, 0x107, 0}, results);
            assertEquals(H_SUCCESS, vm.status());
        }
    }

    @Test
    void shouldServeTheLargestBufferWhenTheTokenIsUnknown() {
        try (RtasVm vm = new RtasVm()) {
            assertEquals(-3, vm.callAt(END - 140, 1, 16, new long[16])[0]);
            assertEquals(H_PARAMETER, vm.status());
        }
    }

    /** A handler that gives one answer to every call. */
    private static TestVm answering(final Consumer<HcallAnswer> answer) {
        final UserspaceHandler handler = (request, given) -> answer.accept(given);
        return TestVm.inline(new VmConfig(), windows -> handler).withMemory(0, GuestMemory.sparse(END));
    }

    private static long call(final TestVm vm, final long token, final int nret) {
        final Vcpu vcpu = vm.vcpu();
        GuestInts.put(vm.vm().memslots(), BUFFER, token);
        GuestInts.put(vm.vm().memslots(), BUFFER + 4, 0);
        GuestInts.put(vm.vm().memslots(), BUFFER + 8, nret);
        for (int i = 0; i < nret; i++) {
            GuestInts.put(vm.vm().memslots(), BUFFER + 12 + 4L * i, RtasVm.UNTOUCHED);
        }
        return vcpu.hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0);
    }

    private static long result(final TestVm vm, final int index) {
        return GuestInts.get(vm.vm().memslots(), BUFFER + 12 + 4L * index);
    }

    private static void results(final HcallAnswer answer, final int count) {
        for (int i = 0; i < count; i++) {
            answer.addResult(0);
        }
    }

    private static Arguments bad(final String name, final long token, final int nret, final Consumer<HcallAnswer> by) {
        return Arguments.of(name, token, nret, by);
    }

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                bad("more results than wanted", QUERY_PE_DMA_WINDOW, 4, answer -> {
                    answer.end(H_SUCCESS);
                    results(answer, 5);
                }),
                bad("an undefined status", QUERY_PE_DMA_WINDOW, 5, answer -> answer.end(9999)),
                bad("a store", CREATE_PE_DMA_WINDOW, 4, answer -> answer.store(H_SUCCESS, 1, 0, 1)),
                bad("a load", CREATE_PE_DMA_WINDOW, 4, answer -> answer.load(1, 0)),
                bad("creation for a query", QUERY_PE_DMA_WINDOW, 5, answer -> {
                    answer.createWindow(0, 0x8000_0000L, 0, 12, 1);
                    results(answer, 5);
                }),
                bad("creation for a removal", REMOVE_PE_DMA_WINDOW, 1, answer -> {
                    answer.createWindow(0, 0x8000_0000L, 0, 12, 1);
                    results(answer, 1);
                }),
                bad("removal for a creation", CREATE_PE_DMA_WINDOW, 4, answer -> {
                    answer.removeWindow(0, 0x8000_0000L);
                    results(answer, 4);
                }),
                bad("removal for a reset", RESET_PE_DMA_WINDOW, 1, answer -> {
                    answer.removeWindow(0, 0x8000_0000L);
                    results(answer, 1);
                }),
                bad(
                        "a window operation without a result",
                        RESET_PE_DMA_WINDOW,
                        1,
                        answer -> answer.resetWindows(0, 0x8000_0000L)),
                bad("an exception", QUERY_PE_DMA_WINDOW, 5, answer -> {
                    answer.end(H_SUCCESS);
                    results(answer, 7);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void shouldDoNothingWhenTheAnswerFitsNoSuchCall(
            final String name, final long token, final int nret, final Consumer<HcallAnswer> by) {
        try (TestVm vm = answering(by)) {
            vm.vm().windowOperations(new Recorder(new ArrayList<>(), WindowOperations.Outcome.DONE));
            assertEquals(H_HARDWARE, call(vm, token, nret));
            for (int i = 0; i < nret; i++) {
                assertEquals(RtasVm.UNTOUCHED, result(vm, i));
            }
        }
    }

    /** Notes operations and ends all alike. */
    private record Recorder(List<String> seen, Outcome outcome) implements WindowOperations {
        @Override
        public Outcome create(
                final long generation,
                final long liobn,
                final long startBytes,
                final long pageShift,
                final long sizePages) {
            seen.add("create " + generation + " " + liobn + " " + startBytes + " " + pageShift + " " + sizePages);
            return outcome;
        }

        @Override
        public Outcome remove(final long generation, final long liobn) {
            seen.add("remove " + generation + " " + liobn);
            return outcome;
        }

        @Override
        public Outcome reset(final long generation, final long liobn) {
            seen.add("reset " + generation + " " + liobn);
            return outcome;
        }
    }

    private static void create(final HcallAnswer answer) {
        answer.createWindow(5, 4, 0x1000, 12, 7);
        answer.addResult(0);
        answer.addResult(0xFFFF_FFFF_8000_0001L);
        results(answer, 2);
    }

    @Test
    void shouldApplyOnceAndWriteAllResultsWhenTheOperationIsDone() {
        final List<String> seen = new ArrayList<>();
        try (TestVm vm = answering(RtasHostileTest::create)) {
            vm.vm().windowOperations(new Recorder(seen, WindowOperations.Outcome.DONE));
            assertEquals(H_SUCCESS, call(vm, CREATE_PE_DMA_WINDOW, 4));
            assertEquals(List.of("create 5 4 4096 12 7"), seen);
            assertEquals(0, result(vm, 0));
            assertEquals(0x8000_0001L, result(vm, 1));
        }
    }

    @Test
    void shouldSayHardwareErrorAndNoMoreWhenTheOperationIsRefused() {
        try (TestVm vm = answering(RtasHostileTest::create)) {
            assertEquals(H_SUCCESS, call(vm, CREATE_PE_DMA_WINDOW, 4));
            assertEquals(0xFFFF_FFFFL, result(vm, 0));
            assertEquals(RtasVm.UNTOUCHED, result(vm, 1));
        }
    }

    @Test
    void shouldSayBusyWhenTheWindowsAreNeverThoseDecidedOn() {
        final List<String> seen = new ArrayList<>();
        try (TestVm vm = answering(RtasHostileTest::create)) {
            vm.vm().windowOperations(new Recorder(seen, WindowOperations.Outcome.STALE));
            assertEquals(H_SUCCESS, call(vm, CREATE_PE_DMA_WINDOW, 4));
            assertEquals(8, seen.size());
            assertEquals(0xFFFF_FFFEL, result(vm, 0));
            assertEquals(RtasVm.UNTOUCHED, result(vm, 1));
        }
    }

    @Test
    void shouldWriteNothingWhenTheBufferGoesWhileTheCallIsDecided() {
        final List<TestVm> made = new ArrayList<>();
        try (TestVm vm = answering(answer -> {
            made.get(0).vm().removeMemslot(0);
            answer.end(H_SUCCESS);
            answer.addResult(0);
        })) {
            made.add(vm);
            final Vcpu vcpu = vm.vcpu();
            vm.memory().putBigEndianOpaque(BUFFER, QUERY_PE_DMA_WINDOW << 32);
            vm.memory().putBigEndianOpaque(BUFFER + 8, 1L << 32 | 0x5A5A);
            assertEquals(H_PARAMETER, vcpu.hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0));
            vm.vm().addMemslot(Memslot.of(0, vm.memory()));
            assertEquals(0x5A5A, GuestInts.get(vm.vm().memslots(), BUFFER + 12));
        }
    }

    @Test
    void shouldDoTheOperationWhenTheBuffersMemoryIsRemovedMeanwhile() {
        final List<TestVm> made = new ArrayList<>();
        final List<String> seen = new ArrayList<>();
        try (TestVm vm = answering(answer -> {
            made.get(0).vm().removeMemslot(0);
            create(answer);
        })) {
            made.add(vm);
            vm.vm().windowOperations(new Recorder(seen, WindowOperations.Outcome.DONE));
            assertEquals(H_PARAMETER, call(vm, CREATE_PE_DMA_WINDOW, 4));
            assertEquals(1, seen.size());
            vm.vm().addMemslot(Memslot.of(0, vm.memory()));
            assertEquals(RtasVm.UNTOUCHED, result(vm, 0));
        }
    }

    @Test
    void shouldSeeEveryWordWhenTheHandlerLooks() {
        final List<Long> seen = new ArrayList<>();
        final UserspaceHandler handler = (final HcallRequest request, final HcallAnswer answer) -> {
            for (int i = 0; i < request.listWords(); i++) {
                seen.add(request.listWord(i));
            }
            answer.end(H_SUCCESS);
        };
        try (TestVm vm = TestVm.inline(new VmConfig(), windows -> handler).withMemory(0, GuestMemory.sparse(END))) {
            vm.memory().putBigEndianOpaque(BUFFER, 7L << 32 | 2);
            vm.memory().putBigEndianOpaque(BUFFER + 8, 3L << 32 | 0xFFFF_FFFFL);
            vm.memory().putBigEndianOpaque(BUFFER + 16, 0x8000_0000L << 32);
            assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0));
            assertEquals(List.of(7L, 2L, 3L, 0xFFFF_FFFFL, 0x8000_0000L), seen);
        }
    }

    @Test
    void shouldTellStatesApartWhenWindowsComeAndGo() {
        assertEquals(0, BridgeLookup.generation(0, 0));
        assertEquals(1L << 32 | 2, BridgeLookup.generation(1, 2));
        assertEquals(0xFFFF_FFFFL, BridgeLookup.generation(0, -1));
    }
}
