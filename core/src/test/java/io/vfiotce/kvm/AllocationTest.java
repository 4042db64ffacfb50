package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.support.AllocationProbe;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.SharedVm;
import io.vfiotce.support.TestVm;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.file.Path;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No hypercall allocates heap, in whatever layer it ends and however. */
class AllocationTest {
    private static final long PAGES = 4096;
    private static final long LIST = 0x1_0000;
    private static final long MISALIGNED_LIST = 0x2_0000;
    private static final int CALLS = 60_000;
    private static final int SHARED_CALLS = 20_000;

    private Object sink;

    private static void prepare(final TestVm vm) {
        vm.withMemory(0, GuestMemory.sparse(1 << 20));
        for (int i = 0; i < 512; i++) {
            vm.putList(LIST + i * 8L, 0x1_0003 + (i & 7) * 0x1000L);
        }
        vm.putList(MISALIGNED_LIST + 511 * 8L, 0x1_0803);
        vm.window(TestVm.LIOBN, 12, 0, PAGES).makeResident(0, PAGES);
    }

    /** Runs one call many times; returns the bytes of the round with the least. */
    private static long bytes(
            final Vcpu vcpu, final int times, final long status, final long[] call, final Thread... others) {
        return AllocationProbe.leastBytes(
                () -> {
                    int wrong = 0;
                    for (int i = 0; i < times; i++) {
                        if (vcpu.hcall(call[0], call[1], call[2], call[3], call[4]) != status) {
                            wrong++;
                        }
                    }
                    if (wrong != 0) {
                        throw new AssertionError(wrong + " calls did not end with " + status);
                    }
                },
                others);
    }

    private static void assertNothing(final Vcpu vcpu, final int times, final long status, final long... call) {
        final String what = "opcode=0x" + Long.toHexString(call[0]) + " r7=" + call[4] + " status=" + status;
        assertEquals(0, bytes(vcpu, times, status, call), what);
    }

    private static void assertLegalCallsAllocateNothing(final Vcpu vcpu, final int times) {
        final long liobn = TestVm.LIOBN;
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE, liobn, 0x5000, 0x1_0003, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_GET_TCE, liobn, 0x5000, 0, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE, liobn, 0x5000, 0, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE_INDIRECT, liobn, 0x5000, LIST, 1);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE_INDIRECT, liobn, 0x5000, LIST, 512);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, 0x5000, 0, 1);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, 0x5000, 0, 64);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, 0x5000, 0x800, 512);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, 0, 0, PAGES);
    }

    private static void assertIllegalCallsAllocateNothing(final Vcpu vcpu, final int times) {
        final long liobn = TestVm.LIOBN;
        assertNothing(vcpu, times, H_PARAMETER, H_PUT_TCE, liobn, PAGES << 12, 0x1_0003, 0);
        assertNothing(vcpu, times, H_PARAMETER, H_GET_TCE, liobn, -0x1000, 0, 0);
        assertNothing(vcpu, times, H_PARAMETER, H_STUFF_TCE, liobn, 0, 0, PAGES + 1);
        assertNothing(vcpu, times, H_PARAMETER, H_PUT_TCE_INDIRECT, liobn, 0, LIST, 513);
        assertNothing(vcpu, times, H_PARAMETER, H_PUT_TCE_INDIRECT, liobn, 0, LIST + 8, 1);
        assertNothing(vcpu, times, H_PARAMETER, H_PUT_TCE, liobn + 1, 0, 0x1_0003, 0);
        // No such hypercall: only the handler can say so.
        assertNothing(vcpu, times, -2, 0x24, liobn, 0, 0, 0);
    }

    private static void assertAllEndedIn(final Layer layer, final Vcpu vcpu, final long leastCalls) {
        for (final Layer other : Layer.values()) {
            final long calls = vcpu.counters().ended(other);
            assertTrue(other == layer ? calls >= leastCalls : calls == 0, calls + " calls ended in " + other);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingWhenCallsEndInALayer(final Layer layer) {
        try (TestVm vm = TestVm.inline(new VmConfig().realMode(layer == Layer.REAL))) {
            prepare(vm);
            vm.setEnabled(layer != Layer.USERSPACE);
            final Vcpu vcpu = vm.vcpu();
            assertLegalCallsAllocateNothing(vcpu, CALLS);
            assertAllEndedIn(layer, vcpu, 3L * 9 * CALLS);
            assertIllegalCallsAllocateNothing(vcpu, CALLS);
            assertTrue(vcpu.counters().ended(layer) >= 3L * 14 * CALLS, "calls ended elsewhere");
        }
    }

    @Test
    void shouldAllocateNothingWhenRealModeFindsABadTce() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            prepare(vm);
            final Vcpu vcpu = vm.vcpu();
            assertNothing(vcpu, CALLS, H_PARAMETER, H_PUT_TCE, TestVm.LIOBN, 0, 0x1_0803, 0);
            assertNothing(vcpu, CALLS, H_PARAMETER, H_STUFF_TCE, TestVm.LIOBN, 0, 3, 1);
            assertNothing(vcpu, CALLS, H_PARAMETER, H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, MISALIGNED_LIST, 512);
            // Not guest memory: through all three layers.
            assertNothing(vcpu, CALLS, H_SUCCESS, H_PUT_TCE, TestVm.LIOBN, 0, 0x5000_0003, 0);
            assertNothing(vcpu, CALLS, H_SUCCESS, H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, 0x5000_0000, 512);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x20, 0x10003, 0", "0x1C, 0, 0", "0x13C, 0x10000, 1", "0x138, 0, 64", "0x13C, 0x10000, 512"})
    void shouldAllocateNothingOnEitherThreadWhenTheHandlerAnswers(
            final String opcode, final String r6, final long count) {
        try (TestVm vm = TestVm.threaded(new VmConfig(), ReferenceHandler::new)) {
            prepare(vm);
            vm.setEnabled(false);
            final long[] call = {Long.decode(opcode), TestVm.LIOBN, 0x5000, Long.decode(r6), count};
            assertEquals(0, bytes(vm.vcpu(), CALLS, H_SUCCESS, call, vm.handlerThread()));
        }
    }

    @ParameterizedTest(name = "{1} groups, hardware pages of at most 2^{2} bytes, {0}")
    @CsvSource({
        "REAL, 1, 16", "REAL, 2, 16", "REAL, 2, 12",
        "VIRTUAL, 1, 16", "VIRTUAL, 2, 16", "VIRTUAL, 2, 12",
        "USERSPACE, 1, 16", "USERSPACE, 2, 12"
    })
    void shouldAllocateNothingWhenHardwareIsAttached(final Entry entry, final int groups, final int backingShift) {
        try (PassThroughVm vm = new PassThroughVm(groups, entry, 16).memory(0, 1 << 20)) {
            vm.passThrough(backingShift);
            final int pageShift = backingShift == 12 ? 16 : 12;
            for (int i = 0; i < 512; i++) {
                vm.test().putList(LIST + i * 8L, (i & 7) == 7 ? 0 : (i & 7L) << 16 | 3);
            }
            vm.makeResident(vm.window(TestVm.LIOBN, pageShift, 0, PAGES));
            final int times = entry == Entry.USERSPACE ? CALLS / 120 : CALLS / 12;
            assertMappedCallsAllocateNothing(vm.vcpu(), times, 0x5L << pageShift);
            assertAllEndedIn(Layer.valueOf(entry.name()), vm.vcpu(), 3L * 9 * times);
            assertTrue(vm.mapped(0) > 0);
            vm.audit();
        }
    }

    private static void assertMappedCallsAllocateNothing(final Vcpu vcpu, final int times, final long ioba) {
        final long liobn = TestVm.LIOBN;
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE, liobn, ioba, 0x1_0003, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_GET_TCE, liobn, ioba, 0, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE, liobn, ioba, 0, 0);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE_INDIRECT, liobn, ioba, LIST, 1);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE_INDIRECT, liobn, ioba, LIST, 512);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, ioba, 0, 1);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, ioba, 0x800, 64);
        assertNothing(vcpu, times, H_SUCCESS, H_STUFF_TCE, liobn, ioba, 0, 512);
        assertNothing(vcpu, times, H_SUCCESS, H_PUT_TCE, liobn, 0, 0x2_0002, 0);
    }

    @Test
    void shouldSeeTheAllocationWhenAHandlerAllocatesOnce() {
        final int[] calls = {0};
        try (TestVm vm = TestVm.threaded(new VmConfig(), windows -> (request, answer) -> {
            if (++calls[0] % CALLS == 0) {
                sink = new long[1];
            }
            answer.end(H_SUCCESS);
        })) {
            vm.setEnabled(false);
            final long[] call = {H_GET_TCE, 1, 0, 0, 0};
            assertEquals(24, bytes(vm.vcpu(), CALLS, H_SUCCESS, call, vm.handlerThread()));
        }
    }

    @Test
    void shouldSeeTheAllocationWhenOneIsPlanted() {
        assertEquals(16, AllocationProbe.leastBytes(() -> sink = new Object()));
        assertEquals(0, AllocationProbe.leastBytes(() -> sink = null));
    }

    @Test
    void shouldAllocateNothingOnBothSidesWhenTheHandlerIsReachedOverFiles(@TempDir final Path temporary) {
        try (SharedVm vm = new SharedVm(
                temporary.resolve("handoff"),
                new SharedHandoffConfig().answerLimit(AnswerLimit.RUN).vcpuIdle(YieldingIdleStrategy::new))) {
            vm.window(TestVm.LIOBN, PAGES).makeResident(0, PAGES);
            final Vcpu vcpu = vm.vcpu();
            final Thread handler = vm.startHandler();
            final long[] put = {H_PUT_TCE, TestVm.LIOBN, 0x5000, 0x1_0003, 0};
            final long[] indirect = {H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0x5000, LIST, 8};
            assertEquals(0, bytes(vcpu, SHARED_CALLS, H_SUCCESS, put));
            assertEquals(0, bytes(vcpu, SHARED_CALLS, H_SUCCESS, indirect));
            // Ten times a second the handler looks whether the VM's process lives; that is no part of a call.
            final long bytes = bytes(vcpu, SHARED_CALLS, H_SUCCESS, put, handler);
            assertTrue(bytes < SHARED_CALLS, bytes + " bytes for " + SHARED_CALLS + " calls");
        }
    }
}
