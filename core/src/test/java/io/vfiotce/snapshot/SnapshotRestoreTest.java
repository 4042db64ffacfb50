package io.vfiotce.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Restoring: into which VM, all or nothing, and what the hardware has afterwards. */
class SnapshotRestoreTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final WindowGeometry FIRST = new WindowGeometry(LIOBN, 12, 0x10, 0x1000);
    private static final WindowGeometry SECOND = new WindowGeometry(LIOBN + 1, 16, 0x100, 0x1000);

    /** What is different, the VM's windows, and the line. */
    private static final List<Arguments> REFUSED = List.of(
            row("none", List.of(), "the VM has no window " + FIRST),
            row("one missing", List.of(FIRST), "the VM has no window " + SECOND),
            row(
                    "one more",
                    List.of(FIRST, SECOND, with(9, 12, 0, 5)),
                    "the snapshot has no window " + with(9, 12, 0, 5)),
            row("LIOBN", List.of(FIRST, with(LIOBN + 2, 16, 0x100, 0x1000)), "the VM has no window " + SECOND),
            row(
                    "LIOBN above 32 bits",
                    List.of(FIRST, with(1L << 32 | LIOBN + 1, 16, 0x100, 0x1000)),
                    "the VM has no window"),
            other("page shift", with(LIOBN + 1, 12, 0x100, 0x1000)),
            other("offset", with(LIOBN + 1, 16, 0x101, 0x1000)),
            other("one entry less", with(LIOBN + 1, 16, 0x100, 0xfff)),
            other("one entry more", with(LIOBN + 1, 16, 0x100, 0x1001)));

    private static Arguments row(final String what, final List<WindowGeometry> windows, final String message) {
        return Arguments.of(what, windows, message);
    }

    private static Arguments other(final String what, final WindowGeometry second) {
        return row(what, List.of(FIRST, second), "the snapshot has window " + SECOND + ", the VM has " + second);
    }

    private static WindowGeometry with(final long liobn, final int shift, final long offset, final long size) {
        return new WindowGeometry(liobn, shift, offset, size);
    }

    private static byte[] snapshot() {
        try (TestVm vm = SnapshotVms.vm(16, List.of(FIRST, SECOND))) {
            SnapshotVms.table(vm, FIRST).fill(0, 0x1000, 0x7003);
            SnapshotVms.table(vm, SECOND).fill(5, 1, 0x10003);
            SnapshotVms.table(vm, SECOND)
                    .userspaceSide()
                    .setBypass(true, vm.vm().process().changes());
            return SnapshotVms.save(vm.vm());
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSED")
    void shouldChangeNothingWhenTheWindowsAreNotTheSame(
            final String what, final List<WindowGeometry> windows, final String message) {
        final byte[] bytes = snapshot();
        try (TestVm vm = SnapshotVms.vm(16, windows)) {
            windows.forEach(window -> SnapshotVms.table(vm, window).fill(1, 1, 0x3003));
            final SnapshotVms.State state = SnapshotVms.state(vm.vm());
            final SnapshotException e =
                    assertThrows(SnapshotException.class, () -> SnapshotVms.restore(bytes, vm.vm()));
            assertTrue(e.getMessage().startsWith(message), e::getMessage);
            assertEquals(state, SnapshotVms.state(vm.vm()));
        }
    }

    @Test
    void shouldChangeNothingWhenThereIsNoMemoryForTheLastEntry() {
        final byte[] bytes = snapshot();
        final long emptyBytes;
        try (TestVm vm = SnapshotVms.vm(12, List.of(FIRST, SECOND))) {
            emptyBytes = vm.vm().offHeapBytes();
        }
        // Eight pages for the first window, one that the second has and the snapshot has not, none for the other.
        final ProcessConfig process = new ProcessConfig().hostPageShift(12).offHeapLimitBytes(emptyBytes + 9 * 4096);
        try (TestVm vm = TestVm.inline(new VmConfig().process(process))) {
            final TceTable first = vm.window(LIOBN, 12, 0x10, 0x1000);
            final TceTable second = vm.window(LIOBN + 1, 16, 0x100, 0x1000);
            first.fill(3, 1, 0x3003);
            second.fill(4095, 1, 0x20003);
            final SnapshotVms.State state = SnapshotVms.state(vm.vm());
            final long bytesBefore = vm.vm().offHeapBytes();
            final SnapshotException e =
                    assertThrows(SnapshotException.class, () -> SnapshotVms.restore(bytes, vm.vm()));
            assertEquals("the VM has no memory for the entries of " + SECOND, e.getMessage());
            assertEquals(state, SnapshotVms.state(vm.vm()));
            assertEquals(bytesBefore, vm.vm().offHeapBytes());
        }
    }

    @Test
    void shouldRestoreWhenThereIsJustEnoughMemory() {
        final byte[] bytes = snapshot();
        final long emptyBytes;
        try (TestVm vm = SnapshotVms.vm(12, List.of(FIRST, SECOND))) {
            emptyBytes = vm.vm().offHeapBytes();
        }
        final ProcessConfig process = new ProcessConfig().hostPageShift(12).offHeapLimitBytes(emptyBytes + 9 * 4096);
        try (TestVm vm = TestVm.inline(new VmConfig().process(process))) {
            vm.window(LIOBN, 12, 0x10, 0x1000).fill(3, 1, 0x3003);
            vm.window(LIOBN + 1, 16, 0x100, 0x1000);
            SnapshotVms.restore(bytes, vm.vm());
            assertEquals(emptyBytes + 9 * 4096, vm.vm().offHeapBytes());
        }
    }

    @Test
    void shouldChangeNothingWhenTheSnapshotIsClosed() {
        final byte[] bytes = snapshot();
        try (TestVm vm = SnapshotVms.vm(16, List.of(FIRST, SECOND))) {
            SnapshotVms.table(vm, FIRST).fill(1, 1, 0x3003);
            final SnapshotVms.State state = SnapshotVms.state(vm.vm());
            final TableSnapshot snapshot = SnapshotVms.read(bytes);
            final SavedWindow window = snapshot.windows().get(0);
            snapshot.close();
            snapshot.close();
            assertThrows(IllegalStateException.class, () -> snapshot.restoreTo(vm.vm()));
            assertEquals(state, SnapshotVms.state(vm.vm()));
            assertThrows(IllegalStateException.class, () -> window.tce(0));
            assertThrows(IllegalStateException.class, () -> window.nextNonZero(0));
        }
    }

    @Test
    void shouldChangeNothingWhenAVcpuIsLate() {
        final byte[] bytes = snapshot();
        final ProcessConfig process = new ProcessConfig().gracePeriodTimeoutNs(1_000_000);
        try (TestVm vm = TestVm.inline(new VmConfig().process(process))) {
            final TceTable first = vm.window(LIOBN, 12, 0x10, 0x1000);
            vm.window(LIOBN + 1, 16, 0x100, 0x1000);
            final SnapshotVms.State state = SnapshotVms.state(vm.vm());
            final Vcpu vcpu = vm.vcpu();
            vcpu.online();
            final LinuxException e = assertThrows(LinuxException.class, () -> SnapshotVms.restore(bytes, vm.vm()));
            assertEquals(Errno.EBUSY, e.errno());
            assertEquals("vcpu 0 is late", e.getMessage().replaceFirst("^EBUSY: ", ""));
            assertEquals(state, SnapshotVms.state(vm.vm()));
            vcpu.offline();
            // Hypercalls reach the windows as before.
            assertNull(first.attached().liveAcquire());
            SnapshotVms.restore(bytes, vm.vm());
            assertNull(first.attached().liveAcquire());
            assertFalse(state.equals(SnapshotVms.state(vm.vm())));
        }
    }

    @Test
    void shouldKeepHypercallsFromEveryWindowWhenItIsRestored() {
        final byte[] bytes = snapshot();
        try (TestVm vm = SnapshotVms.vm(16, List.of(FIRST, SECOND))) {
            final List<TceTable> tables = List.of(SnapshotVms.table(vm, FIRST), SnapshotVms.table(vm, SECOND));
            final AtomicInteger told = new AtomicInteger();
            tables.forEach(table -> table.userspaceSide().add((ioba, pageShift, tce) -> {
                told.incrementAndGet();
                tables.forEach(other -> assertSame(
                        AttachedTables.USERSPACE_ONLY, other.attached().liveAcquire()));
            }));
            SnapshotVms.restore(bytes, vm.vm());
            assertEquals(0x1001, told.get());
            tables.forEach(table -> assertNull(table.attached().liveAcquire()));
        }
    }

    /** A table that is not mapped for userspace is no window. */
    @Test
    void shouldRestoreOnlyWindowsOfUserspaceWhenThereAreOtherTables() {
        final byte[] bytes = snapshot();
        try (TestVm vm = SnapshotVms.vm(16, List.of(FIRST, SECOND))) {
            final int fd = vm.vm().createSpaprTce64(with(77, 12, 0, 5));
            SnapshotVms.restore(bytes, vm.vm());
            assertEquals(0x10003, SnapshotVms.table(vm, SECOND).tceAcquire(5));
            assertTrue(SnapshotVms.table(vm, SECOND).userspaceSide().isBypassed());
            vm.vm().files().close(fd);
        }
    }

    /** Two groups in containers of their own, and hypercalls that the fast path remembers windows of. */
    @ParameterizedTest
    @EnumSource(Entry.class)
    void shouldMapInEveryGroupWhatTheGuestViewHoldsWhenRestored(final Entry entry) {
        final byte[] bytes;
        try (PassThroughVm source = passThrough(entry)) {
            put(source, 1, 0x3_0003);
            put(source, 2, 0x4_0001);
            // Mapped by nobody: no permissions; no memory there.
            put(source, 3, 0x5_0000);
            source.table(LIOBN).fill(4, 1, 0x4000_0003L);
            put(source, 0x3ff, 0x5_0002);
            bytes = SnapshotVms.save(source.vm());
        }
        try (PassThroughVm target = passThrough(entry)) {
            // Of this nothing is to stay: entries 4 and 900 neither, where the snapshot maps nothing.
            for (final int page : new int[] {0, 1, 4, 900}) {
                put(target, page, 0x6_0003);
            }
            target.offline();
            SnapshotVms.restore(bytes, target.vm());
            for (int group = 0; group < 2; group++) {
                final IommuTable hardware = target.hardware(group);
                assertEquals(PassThroughVm.HPA + 0x3_0003, hardware.hardwareTceAcquire(1));
                assertEquals(PassThroughVm.HPA + 0x4_0001, hardware.hardwareTceAcquire(2));
                assertEquals(PassThroughVm.HPA + 0x5_0003, hardware.hardwareTceAcquire(0x3ff));
                assertEquals(1, hardware.nextMapped(0));
                assertEquals(2, hardware.nextMapped(2));
                assertEquals(0x3ff, hardware.nextMapped(3));
            }
            assertEquals(6, target.mapped(0));
            assertEquals(0x4000_0003L, target.table(LIOBN).tceAcquire(4));
            target.audit();
            // The one page that is no memory, in each container.
            target.spaces().forEach(space -> assertEquals(1, space.failedNotifications()));
            assertEquals(SnapshotVms.save(target.vm()).length, bytes.length);
            put(target, 1, 0x7_0003);
            assertEquals(PassThroughVm.HPA + 0x7_0003, target.hardware(1).hardwareTceAcquire(1));
            target.offline();
        }
    }

    private static PassThroughVm passThrough(final Entry entry) {
        final PassThroughVm vm =
                new PassThroughVm(2, entry, 16).memory(0, 1 << 20).passThrough(16);
        vm.window(LIOBN, 16, 0, 0x400);
        return vm;
    }

    private static void put(final PassThroughVm vm, final long page, final long tce) {
        assertEquals(HStatus.H_SUCCESS, vm.vcpu().hcall(Hcall.H_PUT_TCE, LIOBN, page << 16, tce, 0));
        vm.offline();
    }
}
