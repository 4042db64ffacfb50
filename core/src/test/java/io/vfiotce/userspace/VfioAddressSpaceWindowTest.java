package io.vfiotce.userspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a bridge's windows are in its container, and clearing them. */
class VfioAddressSpaceWindowTest {
    private static final long LIOBN = 0x80000000L;
    private static final long SECOND_PAGES = Ioda2TableGroup.SECOND_WINDOW_START_BYTES >>> 16;
    private static final long PAGES = 0x400;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final PassThroughHost host = new PassThroughHost(1, SystemNanoClock.INSTANCE);
    private final Vm vm = new Vm(
            new VmConfig().answerLimit(AnswerLimit.RUN).process(process).host(host.iommu()), ReferenceHandler::new);
    private final int deviceFd = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final List<Integer> tableFds = new ArrayList<>();
    private VfioAddressSpace space;
    private long lockedPages;

    @BeforeEach
    void open() {
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(1 << 20)));
        space = new VfioAddressSpace(host.vfio(), vm, deviceFd, List.of(0), 16);
        lockedPages = process.lockedMemory().lockedPages();
    }

    @AfterEach
    void close() {
        space.close();
        windows.forEach(UserspaceWindow::close);
        tableFds.forEach(process.files()::close);
        process.files().close(deviceFd);
        vm.close();
        assertEquals(0, process.lockedMemory().lockedPages());
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    private UserspaceWindow add(final long liobn, final long offsetPages) {
        final int fd = vm.createSpaprTce64(new WindowGeometry(liobn, 16, offsetPages, PAGES));
        tableFds.add(fd);
        windows.add(vm.mapTable(fd));
        space.addWindow(windows.get(windows.size() - 1), fd);
        return windows.get(windows.size() - 1);
    }

    private IommuTable hardware(final int slot) {
        return host.groups().get(0).tableGroup().table(slot);
    }

    @Test
    void shouldUseTheSecondPlaceWhenTheFirstIsFreeButNotTheBridges() {
        final UserspaceWindow second = add(LIOBN + 1, SECOND_PAGES);
        assertNull(hardware(0));
        assertEquals(SECOND_PAGES, hardware(1).geometry().offsetPages());
        assertSame(hardware(1), second.table().attached().liveAcquire()[0]);
        final UserspaceWindow first = add(LIOBN, 0);
        assertSame(hardware(0), first.table().attached().liveAcquire()[0]);
    }

    @Test
    void shouldLeaveNothingBehindWhenNoPlaceIsTheBridges() {
        final LinuxException refused = assertThrows(LinuxException.class, () -> add(LIOBN, 1));
        assertEquals(Errno.EINVAL, refused.errno());
        assertNull(hardware(0));
        assertNull(hardware(1));
        assertNull(windows.get(0).table().attached().liveAcquire());
        // Only the guest view is charged.
        windows.remove(0).close();
        process.files().close(tableFds.remove(0));
        assertEquals(lockedPages, process.lockedMemory().lockedPages());
    }

    @Test
    void shouldUnmapOnlyThatWindowWhenItIsCleared() {
        final UserspaceWindow first = add(LIOBN, 0);
        add(LIOBN + 1, SECOND_PAGES);
        try (Vcpu vcpu = vm.createVcpu()) {
            vcpu.online();
            // The host pages of both guest views appear outside real mode.
            for (final long ioba : new long[] {0, (PAGES - 1) << 16}) {
                assertEquals(0, vcpu.hPutTce(LIOBN, ioba, 0x10003));
                assertEquals(0, vcpu.hPutTce(LIOBN + 1, Ioda2TableGroup.SECOND_WINDOW_START_BYTES + ioba, 0x20003));
            }
            vcpu.offline();
        }
        assertEquals(PAGES - 1, hardware(0).nextMapped(1));
        space.clearWindow(first);
        assertEquals(-1, hardware(0).nextMapped(0));
        assertEquals(0x10003, first.table().tceAcquire(0));
        assertEquals(0, hardware(1).nextMapped(0));
        assertEquals(2, process.pinnedMemory().counts().sum(0));
    }

    @Test
    void shouldRefuseWhenTheDescriptorIsNotTheWindows() {
        final UserspaceWindow first = add(LIOBN, 0);
        final int other = vm.createSpaprTce64(new WindowGeometry(LIOBN + 2, 16, 0, PAGES));
        tableFds.add(other);
        for (final int fd : new int[] {other, deviceFd, tableFds.get(0)}) {
            assertEquals(
                    Errno.EINVAL,
                    assertThrows(LinuxException.class, () -> space.addWindow(first, fd))
                            .errno());
        }
        final UserspaceWindow closed = vm.mapTable(other);
        closed.close();
        assertEquals(
                Errno.EINVAL,
                assertThrows(LinuxException.class, () -> space.addWindow(closed, other))
                        .errno());
    }

    @Test
    void shouldCarryOverExactlyWhatTheGuestHasWhenItMapsMeanwhile() throws InterruptedException {
        final int fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, 16, 0, PAGES));
        tableFds.add(fd);
        final UserspaceWindow window = vm.mapTable(fd);
        windows.add(window);
        final AgentRunner handler =
                new AgentRunner(new YieldingIdleStrategy(), Throwable::printStackTrace, null, vm.handoff());
        AgentRunner.startOnThread(handler);
        try (Vcpu vcpu = vm.createVcpu()) {
            for (int round = 0; round < 300; round++) {
                final AtomicBoolean stop = new AtomicBoolean();
                final Thread guest = new Thread(() -> mapAndUnmap(vcpu, stop));
                guest.start();
                space.addWindow(window, fd);
                stop.set(true);
                guest.join();
                assertCarriedOver(window);
                space.removeWindow(window);
            }
        }
        handler.close();
    }

    private static void mapAndUnmap(final Vcpu vcpu, final AtomicBoolean stop) {
        for (long i = 0; !stop.get(); i++) {
            vcpu.hPutTce(LIOBN, (i % 8) << 16, (i / 8 & 1) == 0 ? (i % 16) << 16 | 3 : 0);
        }
        vcpu.offline();
    }

    private void assertCarriedOver(final UserspaceWindow window) {
        for (long entry = 0; entry < 8; entry++) {
            final long tce = window.table().tceAcquire(entry);
            assertEquals(tce & 3, hardware(0).hardwareTceAcquire(entry) & 3, "entry " + entry);
            assertEquals(
                    tce == 0 ? 0 : Memslot.DEFAULT_UA_BASE + (tce & ~3),
                    hardware(0).userAddressAcquire(entry));
        }
    }

    @Test
    void shouldDoNothingWhenClearedWindowIsNotThere() {
        final UserspaceWindow first = add(LIOBN, 0);
        space.removeWindow(first);
        space.clearWindow(first);
        assertNull(hardware(0));
    }
}
