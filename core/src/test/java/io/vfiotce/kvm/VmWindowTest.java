package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_FUNCTION;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.InlineHandler;
import io.vfiotce.support.TestFile;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows of the handler, enabling of hypercalls, and the life of a VM and its vCPUs. */
class VmWindowTest {
    private static final WindowGeometry WINDOW = new WindowGeometry(TestVm.LIOBN, 12, 0, 512);

    private static Errno errno(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }

    private static Vm plainVm(final VmConfig config) {
        final InlineHandler inline = new InlineHandler();
        final Vm vm = new Vm(config.vcpuIdle(() -> inline), ReferenceHandler::new);
        inline.answer(vm.handoff());
        return vm;
    }

    @Test
    void shouldSendMultiTceCallsToUserspaceWhenNobodyEnabledThem() {
        try (Vm vm = plainVm(new VmConfig())) {
            final int fd = vm.createSpaprTce64(WINDOW);
            final UserspaceWindow window = vm.mapTable(fd);
            final Vcpu vcpu = vm.createVcpu();
            assertEquals(H_SUCCESS, vcpu.hcall(H_STUFF_TCE, TestVm.LIOBN, 0, 3, 2));
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, 0, 1));
            assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, 0, 0, 0));
            assertEquals(1, vcpu.counters().ended(Layer.USERSPACE, 2));
            assertEquals(1, vcpu.counters().ended(Layer.USERSPACE, 3));
            assertEquals(
                    0,
                    vcpu.counters().ended(Layer.USERSPACE, 0) + vcpu.counters().ended(Layer.USERSPACE, 1));
            vm.enableHcall(H_STUFF_TCE, true);
            assertEquals(H_PARAMETER, vcpu.hcall(H_STUFF_TCE, TestVm.LIOBN, 0, 3, 2));
            vcpu.close();
            window.close();
            vm.files().close(fd);
        }
    }

    @Test
    void shouldRefuseWhenAnotherOpcodeIsEnabled() {
        try (Vm vm = plainVm(new VmConfig())) {
            assertEquals(Errno.EINVAL, errno(() -> vm.enableHcall(0x24, true)));
            assertEquals(Errno.EINVAL, errno(() -> vm.enableHcall(0x1_0000_0020L, false)));
            try (Vcpu vcpu = vm.createVcpu()) {
                assertEquals(H_FUNCTION, vcpu.hcall(0x24, 0, 0, 0, 0));
                assertEquals(1, vcpu.counters().otherOpcodes());
            }
        }
    }

    @Test
    void shouldReportTheErrnoWhenAWindowCannotBeMapped() {
        final FileDescriptors files = new FileDescriptors(10);
        try (Vm vm = plainVm(new VmConfig().process(new ProcessConfig().files(files)));
                Vm other = plainVm(new VmConfig().process(new ProcessConfig().files(files)))) {
            final int fd = vm.createSpaprTce64(WINDOW);
            final int foreign = other.createSpaprTce64(WINDOW);
            final int pipe = files.install(new TestFile());
            assertEquals(Errno.EBADF, errno(() -> vm.mapTable(9)));
            assertEquals(Errno.EINVAL, errno(() -> vm.mapTable(foreign)));
            assertEquals(Errno.EINVAL, errno(() -> vm.mapTable(pipe)));
            final UserspaceWindow window = vm.mapTable(fd);
            assertEquals(Errno.EBUSY, errno(() -> vm.mapTable(fd)));
            assertEquals(Errno.EBUSY, errno(() -> vm.createUserspaceWindow(WINDOW)));
            window.close();
            window.close();
            vm.createUserspaceWindow(WINDOW).close();
            files.close(fd);
            files.close(foreign);
        }
    }

    @Test
    void shouldKeepTheTableWhenOnlyItsFileIsClosed() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final int fd = vm.vm().createSpaprTce64(WINDOW);
            final UserspaceWindow window = vm.vm().mapTable(fd);
            final TceTable table = window.table();
            assertSame(table, vm.vm().windows().find(TestVm.LIOBN));
            final Vcpu vcpu = vm.vcpu();
            vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, 0, 0x800, 0);
            vm.vm().files().close(fd);
            assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
            assertEquals(0x800, vcpu.r4());
            assertEquals(1, vcpu.counters().ended(Layer.USERSPACE, 0));
            final long before = vm.vm().offHeapBytes();
            window.close();
            vcpu.offline();
            assertNull(vm.vm().awaitGracePeriod(0));
            assertEquals(before - 65_536, vm.vm().offHeapBytes());
            assertEquals(H_PARAMETER, vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
        }
    }

    @Test
    void shouldShowNoOldEntryWhenALiobnIsReused() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final Vcpu vcpu = vm.vcpu();
            for (int round = 0; round < 50; round++) {
                final int shift = 12 + round % 8;
                vm.window(TestVm.LIOBN, shift, round, 100 + round);
                final long ioba = (long) (round + 7) << shift;
                assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, TestVm.LIOBN, ioba, 0, 0));
                assertEquals(0, vcpu.r4());
                assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, ioba, 0x800 + round * 4L, 0));
                assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, TestVm.LIOBN, ioba, 0, 0));
                assertEquals(0x800 + round * 4L, vcpu.r4());
                vm.closeWindows();
            }
        }
    }

    @Test
    void shouldSeeTheNewMemoryAtTheNextCallWhenSlotsChange() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final TceTable table = vm.window(TestVm.LIOBN, 12, 0, 4);
            table.makeResident(0, 4);
            final Vcpu vcpu = vm.vcpu();
            final GuestMemory memory = GuestMemory.sparse(0x1_0000);
            for (long gpa = 0x10_0000; gpa < 0x20_0000; gpa += 0x1_0000) {
                final long tce = gpa | 3;
                assertEquals(H_TOO_HARD, vcpu.realModeOnly(H_PUT_TCE, TestVm.LIOBN, 0, tce, 0));
                vm.vm().addMemslot(Memslot.of(gpa, memory));
                assertEquals(H_SUCCESS, vcpu.realModeOnly(H_PUT_TCE, TestVm.LIOBN, 0, tce, 0));
                assertEquals(H_SUCCESS, vcpu.realModeOnly(H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, gpa, 0));
                vm.vm().removeMemslot(gpa);
                assertEquals(H_TOO_HARD, vcpu.realModeOnly(H_PUT_TCE, TestVm.LIOBN, 0, tce, 0));
                assertEquals(H_TOO_HARD, vcpu.realModeOnly(H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, gpa, 0));
            }
            assertEquals(Errno.EINVAL, errno(() -> vm.vm().removeMemslot(0x10_0000)));
        }
    }

    @Test
    void shouldFindEveryTableWhenManyAreMadeUnderARunningVcpu() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final Vcpu vcpu = vm.vcpu();
            for (int i = 0; i < 200; i++) {
                vm.window(TestVm.LIOBN + i, 12, 0, 1);
                assertEquals(H_SUCCESS, vcpu.realModeOnly(H_GET_TCE, TestVm.LIOBN + i, 0, 0, 0));
                assertEquals(H_SUCCESS, vcpu.realModeOnly(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
            }
            vm.closeWindows();
            for (int i = 0; i < 200; i++) {
                assertEquals(H_TOO_HARD, vcpu.realModeOnly(H_GET_TCE, TestVm.LIOBN + i, 0, 0, 0));
            }
        }
    }

    @Test
    void shouldNameTheLateVcpuWhenATableWaitsForIt() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final Vcpu vcpu = vm.vcpu();
            vm.window(TestVm.LIOBN, 12, 0, 1);
            vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, 0, 0x800, 0);
            final long before = vm.vm().offHeapBytes();
            vm.closeWindows();
            assertEquals(vcpu.name(), vm.vm().awaitGracePeriod(1));
            assertEquals(before, vm.vm().offHeapBytes());
            vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0);
            vcpu.offline();
            assertNull(vm.vm().awaitGracePeriod(1));
            assertEquals(before - 65_536, vm.vm().offHeapBytes());
        }
    }

    @Test
    void shouldRefuseWhenAClosedVcpuOrVmIsUsed() {
        final Vm vm = plainVm(new VmConfig());
        final Vcpu vcpu = vm.createVcpu();
        final int fd = vm.createSpaprTce64(WINDOW);
        final IllegalStateException open = assertThrows(IllegalStateException.class, vm::close);
        assertTrue(
                open.getMessage().startsWith("1 vCPUs, 1 table files, 0 windows and 0 KVM-VFIO devices"),
                open.getMessage());
        vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0);
        vcpu.close();
        vcpu.close();
        assertThrows(IllegalStateException.class, () -> vcpu.hcall(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
        assertThrows(IllegalStateException.class, () -> vcpu.realModeOnly(H_GET_TCE, TestVm.LIOBN, 0, 0, 0));
        vm.files().close(fd);
        vm.close();
        vm.close();
        assertEquals(0, vm.offHeapBytes());
        assertThrows(IllegalStateException.class, vm::createVcpu);
        assertThrows(IllegalStateException.class, () -> vm.createSpaprTce64(WINDOW));
    }

    @Test
    void shouldLeaveNothingBehindWhenAVcpuCannotBeCreated() {
        final Vm vm = plainVm(new VmConfig().maxVcpus(1));
        final Vcpu vcpu = vm.createVcpu();
        final long before = vm.offHeapBytes();
        assertThrows(IllegalStateException.class, vm::createVcpu);
        assertEquals(before, vm.offHeapBytes());
        vcpu.close();
        vm.createVcpu().close();
        vm.close();
        assertEquals(0, vm.offHeapBytes());
    }

    @Test
    void shouldLeaveNothingBehindWhenMemoryForAVcpuRunsOut() {
        final long needed;
        final long bare;
        try (Vm vm = plainVm(new VmConfig())) {
            bare = vm.offHeapBytes();
            vm.createVcpu().close();
            final Vcpu vcpu = vm.createVcpu();
            needed = vm.offHeapBytes();
            vcpu.close();
        }
        for (long limit = bare; limit < needed; limit += 64) {
            final Vm vm = plainVm(new VmConfig().process(new ProcessConfig().offHeapLimitBytes(limit)));
            final long before = vm.offHeapBytes();
            assertThrows(OutOfMemoryError.class, vm::createVcpu);
            assertEquals(before, vm.offHeapBytes(), "with a limit of " + limit);
            vm.close();
            assertEquals(0, vm.offHeapBytes());
        }
    }

    @Test
    void shouldThrowWhenThereIsNoMemoryForAProcess() {
        for (final long limit : new long[] {0, 128, 1024}) {
            assertThrows(
                    OutOfMemoryError.class,
                    () -> plainVm(new VmConfig().process(new ProcessConfig().offHeapLimitBytes(limit))));
        }
    }

    @Test
    void shouldRefuseWhenASettingIsNonsense() {
        assertThrows(
                IllegalArgumentException.class, () -> new VmConfig().process(new ProcessConfig().hostPageShift(13)));
        assertThrows(IllegalArgumentException.class, () -> new VmConfig().maxVcpus(0));
    }

    @Test
    void shouldLeaveNoWindowToUserspaceWhenOneOfThemCannotBe() {
        try (Vm vm = plainVm(new VmConfig())) {
            final UserspaceWindow window = vm.createUserspaceWindow(WINDOW);
            final List<TceTable> tables = Arrays.asList(window.table(), null);
            assertThrows(NullPointerException.class, () -> vm.whileUserspaceOnly(tables, whole -> {}));
            assertNull(window.table().attached().liveAcquire());
            window.close();
        }
    }
}
