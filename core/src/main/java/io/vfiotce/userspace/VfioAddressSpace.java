package io.vfiotce.userspace;

import io.vfiotce.kvm.KvmVfioDevice;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.vfio.Vfio;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioGroupFile;
import io.vfiotce.vfio.spapr.SpaprTceInfo;
import io.vfiotce.vfio.spapr.SpaprTceIommu;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a VMM does to give a PCI host bridge VFIO devices: one container with its groups, guest memory registered in it, and
 * for each window of the bridge a window of the container, which the VM's hypercalls update directly.
 *
 * <p>This is the protocol of an external user from user space's side: the groups are set up and put into the container, the
 * VM is told of them by descriptor and becomes an external user of each, and when the address space is closed everything is
 * let go in the reverse order.
 *
 * @threads one at a time; none may be an online vCPU
 * @source QEMU hw/vfio/common.c: vfio_connect_container(), vfio_listener_region_add(); hw/vfio/spapr.c
 */
public final class VfioAddressSpace implements AutoCloseable {
    private record Window(long startBytes, ContainerNotifier notifier) {}

    private record Group(int fd, OpenFile file) {}

    private static final int LEVEL_EXTRA_BITS = 8;

    private final Vm vm;
    private final UserProcess process;
    private final FileDescriptors files;
    private final KvmVfioDevice kvm;
    private final int backingShift;
    private final int containerFd;

    // A number may stand for another file by now: the file itself says whether it does.
    private final VfioContainer container;
    private final List<Group> groups = new ArrayList<>();
    private final List<Memslot> registered = new ArrayList<>();
    private final Map<UserspaceWindow, Window> windows = new IdentityHashMap<>();
    private long failures;
    private boolean closed;

    /**
     * Sets up a container with groups, registers the VM's memory of this moment, and tells the VM of the groups.
     *
     * @param vfio the host's VFIO
     * @param vm the VM
     * @param kvmDeviceFd descriptor of the VM's KVM-VFIO device
     * @param groupIds numbers of the groups, at least one
     * @param backingShift log2 of the page size behind guest memory: container windows have no larger pages
     * @throws LinuxException what the first refused call says; nothing is left behind
     */
    public VfioAddressSpace(
            final Vfio vfio, final Vm vm, final int kvmDeviceFd, final List<Integer> groupIds, final int backingShift) {
        this.vm = vm;
        this.backingShift = backingShift;
        process = vm.process();
        files = process.files();
        if (!(files.file(kvmDeviceFd) instanceof KvmVfioDevice device)) {
            throw new LinuxException(Errno.EINVAL, "file descriptor " + kvmDeviceFd + " is no KVM-VFIO device");
        }
        kvm = device;
        containerFd = vfio.openContainer(process);
        container = (VfioContainer) files.file(containerFd);
        boolean ready = false;
        try {
            for (final int groupId : groupIds) {
                addGroup(vfio, groupId);
            }
            container.setIommu(process, VfioExtension.SPAPR_TCE_V2);
            for (final Memslot slot : vm.memslots().slots()) {
                iommu().registerMemory(process, 0, slot.ua(), slot.sizeBytes());
                registered.add(slot);
            }
            // The bridge's own windows come instead of the container's default one.
            iommu().removeWindow(process, 0, iommu().getInfo(process).windowStartBytes());
            for (final Group group : groups) {
                kvm.groupAdd(group.fd());
            }
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    private void addGroup(final Vfio vfio, final int groupId) {
        final int fd = vfio.openGroup(process, groupId);
        final VfioGroupFile file = (VfioGroupFile) files.file(fd);
        groups.add(new Group(fd, file));
        file.setContainer(process, containerFd);
    }

    /** Whether a descriptor is still the one that was opened here. */
    private boolean isOpen(final int fd, final OpenFile file) {
        try {
            return files.file(fd) == file;
        } catch (final LinuxException e) {
            return false;
        }
    }

    private SpaprTceIommu iommu() {
        return container.iommu(SpaprTceIommu.class);
    }

    /**
     * Makes the container's window behind a window of the bridge, attaches it to the LIOBN, and carries over what the window
     * holds already and what userspace stores from now on. Meanwhile the hypercalls that change it go to userspace, so that none
     * changes an entry while it is carried over.
     *
     * @param window the bridge's window, as userspace has it
     * @param tableFd descriptor of its TCE table
     * @throws LinuxException what the first refused call says, EINVAL if the container's window would not start where the
     *     bridge's does, or the descriptor is not the window's; EBUSY if a vCPU does not end its call in time; ENODEV if the
     *     address space is closed; nothing is left behind
     */
    public void addWindow(final UserspaceWindow window, final int tableFd) {
        if (closed) {
            throw new LinuxException(Errno.ENODEV, "the address space is closed");
        }
        if (!(files.file(tableFd) instanceof TceTableFile file) || file.table() != window.table()) {
            throw new LinuxException(Errno.EINVAL, "file descriptor " + tableFd + " is not the window's table");
        }
        if (!window.table().userspaceSide().isOpen() || windows.containsKey(window)) {
            throw new LinuxException(Errno.EINVAL, "the window is closed, or was added before");
        }
        vm.whileUserspaceOnly(window, () -> linkWindow(window, tableFd));
    }

    private void linkWindow(final UserspaceWindow window, final int tableFd) {
        final WindowGeometry geometry = window.table().geometry();
        final long startBytes = createWindowAt(geometry);
        boolean ready = false;
        try {
            if (startBytes != geometry.startBytes()) {
                throw new VfioException(
                        Errno.EINVAL, "the container puts the window at 0x" + Long.toHexString(startBytes));
            }
            for (final Group group : groups) {
                if (!isOpen(group.fd(), group.file())) {
                    throw new LinuxException(Errno.EBADF, "file descriptor " + group.fd() + " is the group's no more");
                }
                kvm.setSpaprTce(group.fd(), tableFd);
            }
            ready = true;
        } finally {
            if (!ready) {
                iommu().removeWindow(process, 0, startBytes);
            }
        }
        final ContainerNotifier notifier = new ContainerNotifier(vm, iommu());
        windows.put(window, new Window(startBytes, notifier));
        window.table().userspaceSide().addAfterReplay(window.table(), notifier);
    }

    /** The container fills its first place first: while that is held, the window gets the second, if that is the bridge's. */
    private long createWindowAt(final WindowGeometry geometry) {
        final long startBytes = createWindow(geometry);
        if (startBytes == geometry.startBytes()) {
            return startBytes;
        }
        try {
            return createWindow(geometry);
        } finally {
            iommu().removeWindow(process, 0, startBytes);
        }
    }

    private long createWindow(final WindowGeometry geometry) {
        final SpaprTceInfo info = iommu().getInfo(process);
        final int largest = Math.min(geometry.pageShift(), backingShift);
        final long pageSizes = info.pageSizes() & ((2L << largest) - 1);
        if (pageSizes == 0) {
            throw new VfioException(Errno.EINVAL, "the host has no I/O page of at most 2^" + largest + " bytes");
        }
        final int pageShift = Long.SIZE - 1 - Long.numberOfLeadingZeros(pageSizes);
        final long sizeBytes = powerOfTwo(geometry.sizePages() << geometry.pageShift());
        final int tableBits = Math.max(1, Long.numberOfTrailingZeros(sizeBytes) - pageShift + 3);
        final int levelBits = process.hostPageShift() + LEVEL_EXTRA_BITS;
        int levels = (tableBits + levelBits - 1) / levelBits;
        while (true) {
            try {
                return iommu().createWindow(process, 0, pageShift, sizeBytes, levels);
            } catch (final VfioException e) {
                if (levels++ >= info.maxLevels()) {
                    throw e;
                }
            }
        }
    }

    private static long powerOfTwo(final long bytes) {
        final long highest = Long.highestOneBit(bytes);
        return highest == bytes ? bytes : highest << 1;
    }

    /**
     * Unmaps everything in the container's window behind a window of the bridge, as a reset of the bridge does. The guest
     * view is the caller's.
     *
     * @param window the window; nothing happens if it has none, or the address space is closed
     * @throws LinuxException what the container says
     */
    public void clearWindow(final UserspaceWindow window) {
        final Window cleared = windows.get(window);
        if (cleared != null) {
            final WindowGeometry geometry = window.table().geometry();
            iommu().unmapDma(process, 0, cleared.startBytes(), geometry.sizePages() << geometry.pageShift());
        }
    }

    /**
     * Removes the container's window behind a window of the bridge, with all that is mapped in it.
     *
     * @param window the window; nothing happens if it has none, or the address space is closed
     */
    public void removeWindow(final UserspaceWindow window) {
        final Window removed = windows.remove(window);
        if (removed != null) {
            window.table().userspaceSide().remove(removed.notifier());
            failures += removed.notifier().failures();
            iommu().removeWindow(process, 0, removed.startBytes());
        }
    }

    /** {@return how many entries that userspace stored could not be mapped or unmapped in the container} */
    public long failedNotifications() {
        return windows.values().stream()
                .mapToLong(window -> window.notifier().failures())
                .reduce(failures, Long::sum);
    }

    /**
     * Lets everything go: windows, the VM's hold on the groups, registered memory, groups, container. What user space has
     * closed before by itself is passed over.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(windows.keySet()).forEach(window -> attempt(() -> removeWindow(window)));
        groups.removeIf(group -> !isOpen(group.fd(), group.file()));
        groups.forEach(group -> attempt(() -> kvm.groupDel(group.fd())));
        registered.forEach(slot -> attempt(() -> iommu().unregisterMemory(process, 0, slot.ua(), slot.sizeBytes())));
        groups.forEach(group -> attempt(() -> files.close(group.fd())));
        if (isOpen(containerFd, container)) {
            attempt(() -> files.close(containerFd));
        }
        process.reclaimer().reclaim();
    }

    private static void attempt(final Runnable step) {
        try {
            step.run();
        } catch (final LinuxException e) {
            // Setting up did not come so far, it was closed before, or the container's end lets it go.
            return;
        }
    }
}
