package io.vfiotce.support;

import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A VM with one vCPU and devices passed through: a host of IOMMU groups, and address spaces of one group each, so that a
 * window has as many hardware tables as there are address spaces.
 */
public final class PassThroughVm implements AutoCloseable {
    /** User address of guest physical address 0. */
    public static final long UA = Memslot.DEFAULT_UA_BASE;

    /** Host physical address of guest physical address 0. */
    public static final long HPA = UA + FakeHostMemory.OFFSET;

    private static final long SHORT_TIMEOUT_NS = 1_000_000;

    private final FakeHostMemory hostMemory;
    private final PassThroughHost host;
    private final TestVm test;
    private final int kvmFd;
    private final Vcpu vcpu;
    private final List<VfioAddressSpace> spaces = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final Map<Long, Integer> tableFds = new HashMap<>();

    /**
     * Makes the VM without memory.
     *
     * @param groups how many IOMMU groups the host has
     * @param entry where hypercalls enter
     * @param hostPageShift log2 of the host page size
     */
    public PassThroughVm(final int groups, final Entry entry, final int hostPageShift) {
        this(groups, entry, hostPageShift, SHORT_TIMEOUT_NS);
    }

    /**
     * Makes the VM without memory.
     *
     * @param groups how many IOMMU groups the host has
     * @param entry where hypercalls enter
     * @param hostPageShift log2 of the host page size
     * @param gracePeriodTimeoutNs how long to wait for the vCPU where it is online
     */
    public PassThroughVm(
            final int groups, final Entry entry, final int hostPageShift, final long gracePeriodTimeoutNs) {
        hostMemory = new FakeHostMemory(hostPageShift);
        host = new PassThroughHost(groups, SystemNanoClock.INSTANCE);
        test = TestVm.inline(
                new VmConfig()
                        .process(new ProcessConfig()
                                .hostPageShift(hostPageShift)
                                .hostMemory(hostMemory)
                                .gracePeriodTimeoutNs(gracePeriodTimeoutNs))
                        .realMode(entry == Entry.REAL)
                        .host(host.iommu()),
                found -> new ReferenceHandler(found, List.of(RtasVm.BRIDGE)));
        test.setEnabled(entry != Entry.USERSPACE);
        kvmFd = test.vm().createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        vcpu = test.vcpu();
    }

    /** Where hypercalls enter: this layer and all that follow it. */
    public enum Entry {
        /** All three layers. */
        REAL,
        /** A guest without real mode. */
        VIRTUAL,
        /** Only the handler. */
        USERSPACE
    }

    /** Adds guest memory whose user address is {@link #UA} plus the guest physical address; {@return this} */
    public PassThroughVm memory(final long gpa, final long sizeBytes) {
        return memory(gpa, sizeBytes, UA + gpa);
    }

    /** Adds guest memory; {@return this} */
    public PassThroughVm memory(final long gpa, final long sizeBytes, final long ua) {
        offline();
        if (gpa == 0) {
            test.withMemory(0, GuestMemory.sparse(sizeBytes));
        } else {
            test.vm().addMemslot(new Memslot(gpa, sizeBytes, ua, GuestMemory.sparse(sizeBytes)));
        }
        return this;
    }

    /** Passes all groups through, one address space each, with the guest memory of this moment; {@return this} */
    public PassThroughVm passThrough(final int backingShift) {
        for (int group = 0; group < host.groups().size(); group++) {
            passThrough(List.of(group), backingShift);
        }
        return this;
    }

    /** Passes groups through in one address space; {@return it} */
    public VfioAddressSpace passThrough(final List<Integer> groups, final int backingShift) {
        offline();
        final List<Integer> ids =
                groups.stream().map(group -> host.groups().get(group).id()).toList();
        spaces.add(new VfioAddressSpace(host.vfio(), test.vm(), kvmFd, ids, backingShift));
        return spaces.get(spaces.size() - 1);
    }

    /** Makes a window that every address space serves, and the handler; {@return its guest view} */
    public TceTable window(final long liobn, final int pageShift, final long offsetPages, final long sizePages) {
        final UserspaceWindow window = bareWindow(liobn, pageShift, offsetPages, sizePages);
        spaces.forEach(space -> space.addWindow(window, tableFds.get(liobn)));
        return window.table();
    }

    /** Makes a window that no address space serves; {@return it} */
    public UserspaceWindow bareWindow(
            final long liobn, final int pageShift, final long offsetPages, final long sizePages) {
        offline();
        final int fd = test.vm().createSpaprTce64(new WindowGeometry(liobn, pageShift, offsetPages, sizePages));
        tableFds.put(liobn, fd);
        windows.add(test.vm().mapTable(fd));
        return windows.get(windows.size() - 1);
    }

    /** {@return descriptor of a window's table} */
    public int tableFd(final long liobn) {
        return tableFds.get(liobn);
    }

    /** {@return the guest view behind a descriptor} */
    public TceTable table(final long liobn) {
        return ((TceTableFile) test.vm().files().file(tableFd(liobn))).table();
    }

    /** Closes all windows and tables, in the address spaces too. */
    public void closeWindows() {
        offline();
        for (final UserspaceWindow window : windows) {
            spaces.forEach(space -> space.removeWindow(window));
            window.close();
        }
        windows.clear();
        tableFds.values().forEach(test.vm().files()::close);
        tableFds.clear();
    }

    /** Removes a window from one address space; it stays in the others and in the VM. */
    public void removeWindow(final int space, final long liobn) {
        offline();
        windows.stream().filter(window -> window.table().liobn() == liobn).forEach(spaces.get(space)::removeWindow);
    }

    /** Takes a window away from the handler; the table and the address spaces stay. */
    public void closeUserspaceWindow(final TceTable table) {
        windows.stream().filter(window -> window.table() == table).forEach(UserspaceWindow::close);
    }

    /** {@return the hardware table of a group's first window} */
    public IommuTable hardware(final int group) {
        return hardware(group, 0);
    }

    /** {@return the hardware table of a group's window} */
    public IommuTable hardware(final int group, final int slot) {
        return host.groups().get(group).tableGroup().table(slot);
    }

    /** Makes every level of the first windows and of a guest view present, so that real mode ends what it can. */
    public void makeResident(final TceTable window) {
        window.makeResident(0, window.sizePages());
        for (int group = 0; group < host.groups().size(); group++) {
            final IommuTable table = hardware(group);
            table.makeResident(0, table.sizePages());
        }
    }

    /** {@return entries that point into the region of a guest physical address} */
    public long mapped(final long gpa) {
        return test.vm().process().pinnedMemory().counts().sum(region(gpa).index());
    }

    /** {@return the region of a guest physical address} */
    public PinnedRegion region(final long gpa) {
        return test.vm().process().pinnedMemory().regionsAcquire().find(UA + gpa);
    }

    /** Demands that the count of each region is the number of hardware entries that point into it, and that all do. */
    public void audit() {
        final Map<PinnedRegion, Long> entries = new HashMap<>();
        for (int group = 0; group < host.groups().size(); group++) {
            for (int slot = 0; slot < 2; slot++) {
                if (hardware(group, slot) != null) {
                    audit(hardware(group, slot), entries);
                }
            }
        }
        for (final PinnedRegion region :
                test.vm().process().pinnedMemory().regionsAcquire().regions()) {
            final long counted = test.vm().process().pinnedMemory().counts().sum(region.index());
            final long found = entries.getOrDefault(region, 0L);
            if (counted != found) {
                throw new AssertionError(region + " counts " + counted + " of " + found + " entries");
            }
        }
    }

    private void audit(final IommuTable table, final Map<PinnedRegion, Long> entries) {
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            final long ua = (table.hardwareTceAcquire(entry) & ~Tce.PERMISSIONS) - FakeHostMemory.OFFSET;
            final PinnedRegion region =
                    test.vm().process().pinnedMemory().regionsAcquire().find(ua, 1L << table.pageShift());
            if (region == null) {
                throw new AssertionError("entry " + entry + " points to user address 0x" + Long.toHexString(ua));
            }
            entries.merge(region, 1L, Long::sum);
        }
    }

    /** Lets the vCPU be no reader until its next call: what waits for readers does not wait for it. */
    public void offline() {
        if (vcpu != null) {
            vcpu.offline();
        }
    }

    /** {@return the vCPU} */
    public Vcpu vcpu() {
        return vcpu;
    }

    /** {@return the VM} */
    public Vm vm() {
        return test.vm();
    }

    /** {@return the VM with its helpers} */
    public TestVm test() {
        return test;
    }

    /** {@return the host} */
    public PassThroughHost host() {
        return host;
    }

    /** {@return the host's memory} */
    public FakeHostMemory hostMemory() {
        return hostMemory;
    }

    /** {@return descriptor of the KVM-VFIO device} */
    public int kvmFd() {
        return kvmFd;
    }

    /** {@return the address spaces in the order of their making} */
    public List<VfioAddressSpace> spaces() {
        return spaces;
    }

    /** Closes everything, and demands that nothing is left. */
    @Override
    public void close() {
        offline();
        spaces.forEach(VfioAddressSpace::close);
        windows.forEach(UserspaceWindow::close);
        windows.clear();
        for (int fd = 0; test.vm().files().openCount() > 0; fd++) {
            if (isOpen(fd)) {
                test.vm().files().close(fd);
            }
        }
        test.vm().process().reclaimer().reclaim();
        final long locked = test.vm().process().lockedMemory().lockedPages();
        test.close();
        if (locked != 0 || hostMemory.pins() != 0) {
            throw new AssertionError(locked + " pages are still charged, " + hostMemory.pins() + " still pinned");
        }
        host.groups().forEach(group -> {
            if (group.references() != 1) {
                throw new AssertionError("IOMMU group " + group.id() + " has " + group.references() + " references");
            }
        });
    }

    /** {@return whether a descriptor is open} */
    public boolean isOpen(final int fd) {
        try {
            return test.vm().files().file(fd) != null;
        } catch (final LinuxException e) {
            return false;
        }
    }
}
