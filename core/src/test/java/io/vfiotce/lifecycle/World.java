package io.vfiotce.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.HardwareAudit;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.VfioAddressSpace;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioDevice;
import io.vfiotce.vfio.VfioExternalUser;
import io.vfiotce.vfio.VfioGroup;
import io.vfiotce.vfio.type1.Type1Driver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * One process with two VMs on a host of nine groups. Three groups in two containers serve the first VM's owned windows, which
 * nobody takes away while vCPUs own them; everything else comes and goes.
 */
final class World {
    static final long PAGE = 1L << 16;
    static final long SLOT_BYTES = 16 * PAGE;
    static final long[] GPAS = {0, 1L << 24};
    static final long SECOND_START = Ioda2TableGroup.SECOND_WINDOW_START_BYTES;
    static final int FIRST_OTHER_GROUP = 3;
    static final int GROUPS = 9;
    static final int FILE_LIMIT = 96;
    static final WindowGeometry[] OWNED = {
        new WindowGeometry(10, 12, 0, 2048), new WindowGeometry(11, 16, SECOND_START >>> 16, 256)
    };

    // One container's windows have the pages of the VM's, the other's may have smaller ones.
    private static final int[] BACKING_SHIFTS = {16, 12};

    final FakeHostMemory host = new FakeHostMemory(16);
    final LockedMemory locked = new LockedMemory(1 << 12);
    final FileDescriptors files = new FileDescriptors(FILE_LIMIT);
    final UserProcess process = new UserProcess(
            new ProcessConfig().hostMemory(host).lockedMemory(locked).files(files));
    final PassThroughHost machine = new PassThroughHost(GROUPS, process.clock());
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final Gate gate = new Gate();
    final List<GuestMemory> memory = List.of(GuestMemory.sparse(SLOT_BYTES), GuestMemory.sparse(SLOT_BYTES));
    final StressVm[] vms = new StressVm[2];
    final List<Integer> ownedContainers = new ArrayList<>();
    final Queue<VfioContainer> containers = new ConcurrentLinkedQueue<>();
    final Queue<VfioGroup> externalUsers = new ConcurrentLinkedQueue<>();
    final int firstOtherFd;
    volatile boolean usersStop;
    volatile boolean vcpusStop;
    volatile boolean owned = true;

    private final long emptyBytes = process.offHeap().allocatedBytes();
    private final List<VfioAddressSpace> spaces = new ArrayList<>();
    private final HardwareAudit audit = new HardwareAudit(process, host::isPinned);

    World() {
        machine.vfio().registerIommuDriver(new Type1Driver(process.hostPageShift()));
        for (int i = 0; i < vms.length; i++) {
            vms[i] = new StressVm(process, machine.iommu(), memory, failure);
        }
        final int device = vms[0].vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        for (final int backingShift : BACKING_SHIFTS) {
            final List<Integer> groups = spaces.isEmpty() ? List.of(0) : List.of(1, 2);
            ownedContainers.add(files.openCount());
            spaces.add(new VfioAddressSpace(machine.vfio(), vms[0].vm, device, groups, backingShift));
        }
        for (final WindowGeometry geometry : OWNED) {
            final int tableFd = vms[0].vm.createSpaprTce64(geometry);
            final UserspaceWindow window = vms[0].map(tableFd);
            spaces.forEach(space -> space.addWindow(window, tableFd));
        }
        firstOtherFd = files.openCount();
    }

    /** {@return the IOMMU tables behind an owned window} */
    IommuTable[] hardware(final int window) {
        return IntStream.range(0, 2)
                .mapToObj(group -> machine.groups().get(group).tableGroup().table(window))
                .toArray(IommuTable[]::new);
    }

    OpenFile peek(final int fd) {
        try {
            return files.file(fd);
        } catch (final LinuxException e) {
            return null;
        }
    }

    /** Looks at everything at rest; every vCPU is offline. */
    void audit() {
        process.awaitGracePeriod();
        audit.check(machine.groups());
    }

    /** Closes all that user space has open, in random order. */
    void closeAll(final Random random) {
        if (random.nextBoolean()) {
            spaces.forEach(VfioAddressSpace::close);
        }
        final List<Runnable> closes = new ArrayList<>();
        for (int fd = 0; fd < FILE_LIMIT; fd++) {
            final int closing = fd;
            if (peek(fd) != null) {
                closes.add(() -> files.close(closing));
            }
        }
        for (final StressVm vm : vms) {
            vm.windows.forEach(window -> closes.add(window::close));
        }
        externalUsers.forEach(group -> closes.add(() -> VfioExternalUser.putExternalUser(group)));
        externalUsers.clear();
        Collections.shuffle(closes, random);
        closes.forEach(Runnable::run);
    }

    /** Ends the world and demands that every counter is where it was when it began. */
    void end() {
        for (final StressVm vm : vms) {
            vm.close();
        }
        process.reclaimer().reclaim();
        process.pinnedMemory().removeOrphans();
        audit.check(machine.groups());
        assertEquals(0, files.openCount(), "file descriptors");
        assertEquals(List.of(), process.pinnedMemory().regionsAcquire().regions());
        assertEquals(0, host.pins(), "pinned pages");
        assertEquals(0, locked.lockedPages(), "locked pages");
        for (int region = 0; region < MappedCounts.MAX_REGIONS; region++) {
            assertEquals(0, process.pinnedMemory().counts().sum(region), "mapped count");
        }
        containers.forEach(container -> assertEquals(0, container.references(), "references of a container"));
        machine.groups().forEach(this::requireIdle);
        assertEquals(emptyBytes, process.offHeap().allocatedBytes(), "off-heap bytes");
        machine.groups()
                .forEach(group -> machine.vfio().delGroupDev(group.devices().get(0)));
        assertEquals(0, machine.vfio().groupCount());
        process.close();
    }

    private void requireIdle(final IommuGroup group) {
        final String name = "group " + group.id();
        final VfioGroup vfioGroup = machine.vfio().findGroup(group.id());
        assertEquals(0, vfioGroup.containerUsers(), name + ": container users");
        assertNull(vfioGroup.container(), name);
        assertFalse(vfioGroup.opened(), name);
        assertEquals(1, vfioGroup.references(), name + ": its device's reference");
        assertEquals(1, group.references(), name + ": VFIO's reference");
        for (final VfioDevice device : vfioGroup.devices()) {
            assertEquals(1, device.references(), name + ": device");
        }
        for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
            assertNull(group.tableGroup().table(slot), name + ": window");
        }
        assertTrue(((Ioda2TableGroup) group.tableGroup()).isKernelOwned(), name);
    }
}
