package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.ByteBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.Test;

/** What the embedder hands in may fail: the guest gets a status, and nothing is lost or used after it is freed. */
class EmbedderFailureTest {
    private static final long LIOBN = 0x8000_0000L;
    private static final int ODD_OPCODE = 0x54;

    /** Answers inline when idled, or fails as often as it is told to. */
    private static final class Failing implements IdleStrategy {
        private Vm vm;
        private int failures;

        @Override
        public void idle(final int workCount) {
            idle();
        }

        @Override
        public void idle() {
            if (failures-- > 0) {
                throw new IllegalStateException("planted");
            }
            vm.handoff().doWork();
        }

        @Override
        public void reset() {
            // It keeps no state to reset.
        }
    }

    private final Failing idle = new Failing();

    private Vm vm(final UserspaceHandler handler) {
        idle.vm = new Vm(
                new VmConfig().vcpuIdle(() -> idle),
                windows -> handler == null ? new ReferenceHandler(windows) : handler);
        return idle.vm;
    }

    @Test
    void shouldEndTheCallAndGoOnWhenTheIdleStrategyThrows() {
        try (Vm vm = vm(null);
                Vcpu vcpu = vm.createVcpu()) {
            idle.failures = 1;
            assertEquals(HStatus.H_HARDWARE, vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            // The first call is still in its cell: the second does not overwrite it.
            idle.failures = 1;
            assertEquals(HStatus.H_HARDWARE, vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            assertEquals(2, vcpu.counters().unansweredCalls());
            assertEquals(0, vcpu.counters().lateAnswers());
            // The third waits until the first is answered.
            assertEquals(HStatus.H_PARAMETER, vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, 0, 0x1003, 0));
            assertEquals(1, vcpu.counters().lateAnswers());
            assertEquals("vcpu 0", vm.awaitGracePeriod(0), "the vCPU is online, and reclaiming knows it");
        }
    }

    @Test
    void shouldPassOnEveryStatusWhenTheHypercallIsAnother() {
        final long[] status = {1};
        final int[] asked = {0};
        try (Vm vm = vm((request, answer) -> {
                    asked[0]++;
                    answer.end(status[0]);
                });
                Vcpu vcpu = vm.createVcpu()) {
            assertEquals(1, vcpu.hcall(ODD_OPCODE, 0, 0, 0, 0));
            status[0] = -55;
            assertEquals(-55, vcpu.hcall(ODD_OPCODE, 0, 0, 0, 0));
            status[0] = HStatus.H_TOO_HARD;
            assertEquals(HStatus.H_HARDWARE, vcpu.hcall(ODD_OPCODE, 0, 0, 0, 0));
            assertEquals(3, asked[0]);
        }
    }

    @Test
    void shouldShowNoOldValueWhenAGetEndsWithoutReading() {
        try (Vm vm = vm((request, answer) -> answer.end(HStatus.H_SUCCESS));
                Vcpu vcpu = vm.createVcpu()) {
            vm.addMemslot(Memslot.of(0, GuestMemory.sparse(1 << 20)));
            final int fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, 12, 0, 16));
            vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, 0, 0x1003, 0);
            vcpu.hcall(Hcall.H_GET_TCE, LIOBN, 0, 0, 0);
            assertEquals(0x1003, vcpu.r4());
            assertEquals(HStatus.H_SUCCESS, vcpu.hcall(Hcall.H_GET_TCE, LIOBN + 1, 0, 0, 0));
            assertEquals(0, vcpu.r4());
            vm.files().close(fd);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenTheStrategyCannotBeMade() {
        final boolean[] fail = {true};
        final Vm vm = new Vm(
                new VmConfig().vcpuIdle(() -> {
                    if (fail[0]) {
                        throw new IllegalArgumentException("planted");
                    }
                    return NoOpIdleStrategy.INSTANCE;
                }),
                ReferenceHandler::new);
        final long before = vm.offHeapBytes();
        assertThrows(IllegalArgumentException.class, vm::createVcpu);
        assertEquals(before, vm.offHeapBytes());
        fail[0] = false;
        vm.createVcpu().close();
        vm.close();
        assertThrows(IllegalStateException.class, () -> vm.awaitGracePeriod(0));
    }

    @Test
    void shouldPublishNoTableWhenNoDescriptorIsFree() {
        final LockedMemory locked = LockedMemory.unlimited();
        try (Vm vm = new Vm(
                new VmConfig()
                        .process(new ProcessConfig()
                                .files(new FileDescriptors(0))
                                .lockedMemory(locked)),
                ReferenceHandler::new)) {
            final LinuxException refused =
                    assertThrows(LinuxException.class, () -> vm.createSpaprTce64(new WindowGeometry(LIOBN, 12, 0, 16)));
            assertEquals(Errno.EMFILE, refused.errno());
            assertEquals(0, locked.lockedPages());
            assertNull(vm.awaitGracePeriod(0));
        }
    }

    @Test
    void shouldRefuseWhenGuestMemoryCannotBeWritten() {
        final ByteBuffer readOnly = ByteBuffer.allocateDirect(4096).asReadOnlyBuffer();
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.ofBuffer(readOnly));
    }
}
