package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.HardwareAudit;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.vfio.Vfio;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioDeviceOps;
import io.vfiotce.vfio.VfioGroup;
import io.vfiotce.vfio.VfioGroupFile;
import java.util.ArrayList;
import java.util.List;

/** A process with a VM, its KVM-VFIO device, and VFIO over a fake IOMMU driver. Closing it checks that nothing is left. */
final class KvmVfioSetup implements AutoCloseable {
    private static final long WINDOW_BYTES = 0x2000_0000;
    private static final VfioDeviceOps OPS = new VfioDeviceOps() {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public void open(final Object data) {}

        @Override
        public void release(final Object data) {}
    };

    final HostIommu host = new HostIommu();
    final UserProcess process = new UserProcess(new ProcessConfig());
    final Vfio vfio = new Vfio(host, process.clock());
    final FakeTceDriver driver = new FakeTceDriver(process);
    final long emptyBytes = process.offHeap().allocatedBytes();
    final Vm vm = new Vm(new VmConfig().process(process).host(host), ReferenceHandler::new);
    final int device = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);

    private final List<HostGroup> groups = new ArrayList<>();

    KvmVfioSetup() {
        vfio.registerIommuDriver(driver);
    }

    /** A group of one device, and the descriptors that user space has of it. */
    final class HostGroup {
        final IommuGroup iommuGroup = host.newGroup();
        final TestTableGroup slots = new TestTableGroup();
        final HostDevice hostDevice = new HostDevice("device" + iommuGroup.id());
        final VfioGroup vfioGroup;
        int groupFd = -1;
        int containerFd = -1;

        HostGroup() {
            iommuGroup.tableGroup(slots);
            iommuGroup.add(hostDevice);
            vfio.bindDriver(hostDevice, "test");
            vfio.addGroupDev(hostDevice, OPS, null);
            vfioGroup = vfio.findGroup(iommuGroup.id());
            groups.add(this);
        }

        HostGroup open() {
            groupFd = vfio.openGroup(process, iommuGroup.id());
            return this;
        }

        VfioGroupFile file() {
            return (VfioGroupFile) process.files().file(groupFd);
        }

        VfioContainer container() {
            return (VfioContainer) process.files().file(containerFd);
        }

        /** Puts the group into a container of its own, without a driver. */
        HostGroup enterNewContainer() {
            containerFd = vfio.openContainer(process);
            file().setContainer(process, containerFd);
            return this;
        }

        /** Makes the group ready for external users, in a container of its own. */
        HostGroup ready() {
            open().enterNewContainer();
            container().setIommu(process, FakeTceDriver.TYPE);
            return this;
        }

        /** Makes the group ready in a container that is. */
        HostGroup readyWith(final HostGroup other) {
            open();
            file().setContainer(process, other.containerFd);
            return this;
        }

        FakeTceDriver.Windows windows() {
            return container().iommu(FakeTceDriver.Windows.class);
        }

        /** Makes a window of 512 MiB at bus address 0. */
        IommuTable window(final int slot) {
            return windows().create(slot, new IommuTableGeometry(16, 0, WINDOW_BYTES, 1, 16));
        }

        /** Lets another driver have a second device of the group, or takes it away again. */
        void viable(final boolean on) {
            iommuGroup.devices().stream().filter(other -> other != hostDevice).forEach(iommuGroup::remove);
            if (!on) {
                final HostDevice foreign = new HostDevice("foreign");
                iommuGroup.add(foreign);
                vfio.bindDriver(foreign, "foreign");
            }
        }
    }

    HostGroup group() {
        return new HostGroup();
    }

    /** {@return descriptor of a table that a window of {@link HostGroup#window} fits} */
    int table(final long liobn) {
        return vm.createSpaprTce64(new WindowGeometry(liobn, 16, 0, WINDOW_BYTES >>> 16));
    }

    TceTable tceTable(final int fd) {
        return ((TceTableFile) process.files().file(fd)).table();
    }

    KvmVfioDevice kvmVfio() {
        return CallForm.device(vm, device);
    }

    /** Closes every descriptor that is still open. */
    void closeFiles() {
        for (int fd = 0; process.files().openCount() > 0; fd++) {
            final int closing = fd;
            CallForm.result(() -> process.files().close(closing));
        }
    }

    /** Demands that nothing is left of what user space had open; the VM and the process are still there. */
    void assertNothingLeft(final String when) {
        new HardwareAudit(process, ua -> false)
                .check(groups.stream().map(group -> group.iommuGroup).toList());
        assertEquals(0, process.files().openCount(), when);
        assertEquals(0, process.lockedMemory().lockedPages(), when);
        for (final HostGroup group : groups) {
            assertEquals(0, group.vfioGroup.containerUsers(), when);
            assertEquals(1, group.vfioGroup.references(), when);
            assertEquals(1, group.iommuGroup.references(), when + ": the device's reference");
            assertEquals(null, group.slots.table(0), when);
        }
    }

    @Override
    public void close() {
        closeFiles();
        assertNothingLeft("at the end");
        vm.close();
        process.reclaimer().reclaim();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
        for (final HostGroup group : groups) {
            vfio.delGroupDev(group.hostDevice);
            assertEquals(0, group.iommuGroup.references());
        }
        assertEquals(0, vfio.groupCount());
    }
}
