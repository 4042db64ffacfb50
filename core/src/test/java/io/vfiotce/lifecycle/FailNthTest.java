package io.vfiotce.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.HardwareAudit;
import io.vfiotce.support.InlineHandler;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A set-up that works, repeated with a little more of one resource each time until it works: wherever the resource runs out,
 * the call that needed it is refused, and when what was opened before is closed nothing is left.
 */
class FailNthTest {
    /** What runs out, by how much more is granted each time, and how often it must run out before all is well. */
    enum Resource {
        OFF_HEAP_BYTES(64, 100),
        LOCKED_PAGES(1, 20),
        PINNING(1, 2),
        FILE_DESCRIPTORS(1, 5),
        FIRMWARE_WINDOWS(1, 4);

        private final long step;
        private final int leastFailures;

        Resource(final long step, final int leastFailures) {
            this.step = step;
            this.leastFailures = leastFailures;
        }
    }

    private static final int SHIFT = 12;
    private static final long SLOT_BYTES = 1 << 16;
    private static final long SECOND_GPA = 1 << 20;
    private static final long PLENTY = 1 << 30;
    private static final WindowGeometry[] WINDOWS = {
        new WindowGeometry(1, 12, 0, 1024),
        new WindowGeometry(2, 16, Ioda2TableGroup.SECOND_WINDOW_START_BYTES >>> 16, 64)
    };

    private final GuestMemory[] memory = {GuestMemory.sparse(SLOT_BYTES), GuestMemory.sparse(SLOT_BYTES)};
    private PassThroughHost machine;
    private FakeHostMemory pins;
    private long pinsLeft;
    private long windowsLeft;

    /** Pins as told, but one page too few when its time has come. */
    private final class FailingMemory implements HostMemory {
        @Override
        public long hpaOffsetBytes() {
            return pins.hpaOffsetBytes();
        }

        @Override
        public long pin(final long ua, final long pages) {
            return pins.pin(ua, pinsLeft-- > 0 ? pages : pages - 1);
        }

        @Override
        public void unpin(final long ua, final long pages) {
            pins.unpin(ua, pages);
        }
    }

    private final class FailingGroup extends Ioda2TableGroup {
        @Override
        protected void mapWindow(final int slot, final IommuTable table) {
            if (windowsLeft-- <= 0) {
                throw new LinuxException(Errno.ENOSPC, "the firmware has no window left");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void shouldLeaveNothingBehindWhenTheNthRequestFails(final Resource resource) {
        int failures = 0;
        long granted = 0;
        Throwable failure = attempt(resource, granted);
        while (failure != null) {
            if (!(failure instanceof LinuxException) && !(failure instanceof OutOfMemoryError)) {
                throw new AssertionError(resource + " ran out", failure);
            }
            failures++;
            granted += resource.step;
            failure = attempt(resource, granted);
        }
        final int failed = failures;
        assertTrue(failed >= resource.leastFailures, () -> resource + " ran out only " + failed + " times");
    }

    /** {@return what the set-up failed with, null if it worked} */
    private Throwable attempt(final Resource resource, final long granted) {
        pins = new FakeHostMemory(SHIFT);
        pinsLeft = resource == Resource.PINNING ? granted : PLENTY;
        windowsLeft = resource == Resource.FIRMWARE_WINDOWS ? granted : PLENTY;
        machine = new PassThroughHost(2, SystemNanoClock.INSTANCE);
        machine.groups().forEach(group -> group.tableGroup(new FailingGroup()));
        final ProcessConfig config = new ProcessConfig()
                .hostPageShift(SHIFT)
                .hostMemory(new FailingMemory())
                .offHeapLimitBytes(resource == Resource.OFF_HEAP_BYTES ? granted : PLENTY)
                .lockedMemory(new LockedMemory(resource == Resource.LOCKED_PAGES ? granted : PLENTY))
                .files(new FileDescriptors((int) (resource == Resource.FILE_DESCRIPTORS ? granted : 100)));
        final UserProcess process;
        try {
            process = new UserProcess(config);
        } catch (final OutOfMemoryError e) {
            return e;
        }
        final long emptyBytes = process.offHeap().allocatedBytes();
        final Throwable failure = setUp(process);
        requireNothingLeft(process, emptyBytes, resource + " granted " + granted + ": " + failure);
        return failure;
    }

    private Throwable setUp(final UserProcess process) {
        final Deque<Runnable> closes = new ArrayDeque<>();
        Throwable failure = null;
        try {
            setUp(process, closes);
        } catch (final RuntimeException | OutOfMemoryError e) {
            failure = e;
        }
        closes.forEach(Runnable::run);
        return failure;
    }

    private void setUp(final UserProcess process, final Deque<Runnable> closes) {
        final InlineHandler inline = new InlineHandler();
        final Vm vm = new Vm(
                new VmConfig().process(process).host(machine.iommu()).vcpuIdle(() -> inline), ReferenceHandler::new);
        closes.push(vm::close);
        inline.answer(vm.handoff());
        vm.addMemslot(Memslot.of(0, memory[0]));
        vm.addMemslot(Memslot.of(SECOND_GPA, memory[1]));
        vm.enableHcall(Hcall.H_PUT_TCE, true);
        vm.enableHcall(Hcall.H_PUT_TCE_INDIRECT, true);
        final Vcpu vcpu = vm.createVcpu();
        closes.push(vcpu::close);
        final int device = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        closes.push(() -> process.files().close(device));
        final VfioAddressSpace space = new VfioAddressSpace(machine.vfio(), vm, device, List.of(0, 1), SHIFT);
        closes.push(space::close);
        for (final WindowGeometry geometry : WINDOWS) {
            final int tableFd = vm.createSpaprTce64(geometry);
            closes.push(() -> process.files().close(tableFd));
            final UserspaceWindow window = vm.mapTable(tableFd);
            closes.push(window::close);
            space.addWindow(window, tableFd);
            closes.push(() -> space.removeWindow(window));
            call(vcpu, geometry);
        }
        vcpu.offline();
        new HardwareAudit(process, pins::isPinned).check(machine.groups());
    }

    /** Maps through every layer, and leaves some of it mapped; the guest is never told of more than a legal status. */
    private void call(final Vcpu vcpu, final WindowGeometry geometry) {
        long worst = HStatus.H_SUCCESS;
        for (int page = 0; page < 16; page++) {
            final long tce = ((page & 1) == 0 ? 0 : SECOND_GPA) + 3;
            memory[0].putBigEndianOpaque(0x1000 + page * 8L, tce);
            final long ioba = geometry.startBytes() + ((long) page << geometry.pageShift());
            worst = Math.min(worst, vcpu.hPutTce(geometry.liobn(), ioba, tce));
        }
        final long far = geometry.startBytes() + ((geometry.sizePages() - 16) << geometry.pageShift());
        worst = Math.min(worst, vcpu.hPutTceIndirect(geometry.liobn(), far, 0x1000, 16));
        worst = Math.min(worst, vcpu.hStuffTce(geometry.liobn(), geometry.startBytes(), 0, 8));
        vcpu.offline();
        assertTrue(HStatus.isGuestVisible(worst), "status " + worst);
        if (worst != HStatus.H_SUCCESS) {
            throw new OutOfMemoryError("a hypercall ended with " + worst);
        }
    }

    private void requireNothingLeft(final UserProcess process, final long emptyBytes, final String when) {
        new HardwareAudit(process, pins::isPinned).check(machine.groups());
        assertEquals(0, process.files().openCount(), when);
        assertEquals(0, process.lockedMemory().lockedPages(), when);
        assertEquals(0, pins.pins(), when);
        assertEquals(List.of(), process.pinnedMemory().regionsAcquire().regions(), when);
        for (final IommuGroup group : machine.groups()) {
            assertEquals(0, machine.vfio().findGroup(group.id()).containerUsers(), when);
            assertEquals(1, machine.vfio().findGroup(group.id()).references(), when);
            assertEquals(1, group.references(), when);
            assertNull(group.tableGroup().table(0), when);
            assertNull(group.tableGroup().table(1), when);
            assertTrue(((Ioda2TableGroup) group.tableGroup()).isKernelOwned(), when);
        }
        assertEquals(emptyBytes, process.offHeap().allocatedBytes(), when);
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes(), when);
    }
}
