package io.vfiotce.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.KvmVfioDevice;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.GuestMemory;
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
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioExternalUser;
import io.vfiotce.vfio.VfioGroup;
import io.vfiotce.vfio.VfioGroupFile;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole stack with a vCPU that goes on mapping, while user space takes one thing after another away. */
class LiveTeardownTest {
    private static final WindowGeometry WINDOW = new WindowGeometry(1, 12, 0, 512);
    private static final long SLOT_BYTES = 1 << 16;
    private static final long TCE = 0x2003;

    private final FakeHostMemory host = new FakeHostMemory(16);
    private final UserProcess process = new UserProcess(new ProcessConfig().hostMemory(host));
    private final PassThroughHost machine = new PassThroughHost(1, SystemNanoClock.INSTANCE);
    private final InlineHandler inline = new InlineHandler();
    private final Vm vm =
            new Vm(new VmConfig().process(process).host(machine.iommu()).vcpuIdle(() -> inline), ReferenceHandler::new);
    private final HardwareAudit audit = new HardwareAudit(process, host::isPinned);
    private Vcpu vcpu;
    private int device;
    private int tableFd;
    private VfioAddressSpace space;
    private UserspaceWindow window;
    private IommuTable hardware;

    @BeforeEach
    void open() {
        inline.answer(vm.handoff());
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(SLOT_BYTES)));
        for (final long opcode : StressVm.OPCODES) {
            vm.enableHcall(opcode, true);
        }
        vcpu = vm.createVcpu();
        device = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        space = new VfioAddressSpace(machine.vfio(), vm, device, List.of(0), 12);
        tableFd = vm.createSpaprTce64(WINDOW);
        window = vm.mapTable(tableFd);
        space.addWindow(window, tableFd);
        hardware = machine.groups().get(0).tableGroup().table(0);
        // Twice, so that the second call is of the shortest path.
        put(0, TCE);
        put(1, TCE);
        assertNotEquals(0, hardware.hardwareTceAcquire(1));
    }

    private void put(final long entry, final long tce) {
        assertEquals(HStatus.H_SUCCESS, vcpu.hcall(Hcall.H_PUT_TCE, 1, entry << 12, tce, 0));
    }

    /** {@return the lowest descriptor of a type} */
    private int fd(final Class<? extends OpenFile> type) {
        int fd = 0;
        while (!type.isInstance(peek(fd))) {
            fd++;
        }
        return fd;
    }

    private OpenFile peek(final int fd) {
        try {
            return process.files().file(fd);
        } catch (final LinuxException e) {
            return null;
        }
    }

    private void audit() {
        vcpu.offline();
        audit.check(machine.groups());
    }

    @AfterEach
    void shouldLeaveNothingWhenTheRestIsClosed() {
        for (int fd = 0; process.files().openCount() > 0; fd++) {
            if (peek(fd) != null) {
                process.files().close(fd);
            }
        }
        audit();
        window.close();
        vcpu.close();
        vm.close();
        assertEquals(0, host.pins());
        assertEquals(0, process.lockedMemory().lockedPages());
        assertEquals(1, machine.vfio().findGroup(0).references());
        assertNull(machine.groups().get(0).tableGroup().table(0));
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldLeaveTheHardwareAloneWhenTheVmHasLetTheGroupGo() {
        ((KvmVfioDevice) process.files().file(device)).groupDel(fd(VfioGroupFile.class));
        final long before = hardware.hardwareTceAcquire(1);
        put(1, 0);
        put(2, TCE);
        assertEquals(before, hardware.hardwareTceAcquire(1), "what is mapped stays");
        assertEquals(0, hardware.hardwareTceAcquire(2));
        audit();
    }

    @Test
    void shouldUpdateTheHardwareWhenTheGroupIsLinkedAgain() {
        final KvmVfioDevice kvm = (KvmVfioDevice) process.files().file(device);
        final int groupFd = fd(VfioGroupFile.class);
        kvm.groupDel(groupFd);
        put(2, TCE);
        put(3, TCE);
        kvm.groupAdd(groupFd);
        kvm.setSpaprTce(groupFd, tableFd);
        put(4, TCE);
        put(1, 0);
        assertNotEquals(0, hardware.hardwareTceAcquire(4));
        assertEquals(0, hardware.hardwareTceAcquire(1));
        audit();
    }

    @Test
    void shouldGoOnMappingWhenUserSpaceClosesFirst() {
        process.files().close(fd(VfioContainer.class));
        process.files().close(fd(VfioGroupFile.class));
        put(5, TCE);
        assertNotEquals(0, hardware.hardwareTceAcquire(5));
        audit();
        process.files().close(device);
        put(6, TCE);
        audit();
        assertEquals(0, host.pins(), "the container's end lets its memory go");
    }

    @Test
    void shouldKeepTheContainerWhenAnExternalUserIsLast() {
        final OpenFile file = process.files().hold(fd(VfioGroupFile.class));
        final VfioGroup group = VfioExternalUser.getExternalUser(file);
        file.put();
        process.files().close(device);
        process.files().close(fd(VfioContainer.class));
        process.files().close(fd(VfioGroupFile.class));
        put(7, TCE);
        audit();
        assertEquals(1, group.containerUsers());
        assertNotEquals(0, hardware.hardwareTceAcquire(1), "its mappings stay");
        final LinuxException busy =
                assertThrows(LinuxException.class, () -> machine.vfio().openGroup(process, 0));
        assertEquals(Errno.EBUSY, busy.errno());
        VfioExternalUser.putExternalUser(group);
        audit();
        assertEquals(0, host.pins());
    }

    @Test
    void shouldUnmapEverythingWhenTheWindowGoesUnderTheVcpu() {
        // The vCPU is online and late: what it may still use is cleared when it has made another call.
        space.removeWindow(window);
        put(1, TCE);
        audit();
        for (int region = 0; region < 2; region++) {
            assertEquals(0, process.pinnedMemory().counts().sum(region));
        }
    }
}
