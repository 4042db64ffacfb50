package io.vfiotce.vfio.spapr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.Ioda1TableGroup;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Tce;
import io.vfiotce.support.HardwareAudit;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.vfio.VfioExtension;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A process, one container's data, and groups; at the end nothing may be left. */
final class SpaprFixture implements AutoCloseable {
    static final int HOST_SHIFT = 16;
    static final long PAGE = 1L << HOST_SHIFT;
    static final long UA = 0x7000_0000_0000L;
    static final long LIMIT_PAGES = 1 << 22;
    static final long WINDOW1 = 1L << 59;
    static final long GIB = 1L << 30;
    static final int RW = 3;

    /** A group whose firmware refuses windows when told. */
    static class MoodyGroup extends Ioda2TableGroup {
        private Errno refusal;
        private int refusedSlot;

        void refuse(final int slot, final Errno errno) {
            refusedSlot = slot;
            refusal = errno;
        }

        @Override
        protected void mapWindow(final int slot, final IommuTable table) {
            if (refusal != null && slot == refusedSlot) {
                throw new LinuxException(refusal, "the firmware refuses window " + slot);
            }
        }
    }

    final CountingHost host = new CountingHost(HOST_SHIFT);
    final LockedMemory locked = new LockedMemory(LIMIT_PAGES);
    final UserProcess process;
    final UserProcess stranger = new UserProcess(new ProcessConfig());
    final UserProcess kernel = new UserProcess(new ProcessConfig());
    final HostIommu hostIommu = new HostIommu();
    final SpaprTceDriver driver = new SpaprTceDriver(true);
    final SpaprTceIommu iommu;
    final List<SpaprTceIommu> others = new ArrayList<>();
    final List<IommuGroup> groups = new ArrayList<>();
    final List<IommuTable> kernelTables = new ArrayList<>();
    final List<String> invalidations = new ArrayList<>();
    private final long offHeapAtStart;
    private long otherPages;

    private SpaprFixture(final int type, final ProcessConfig config) {
        process = new UserProcess(
                config.hostPageShift(HOST_SHIFT).hostMemory(host).lockedMemory(locked));
        offHeapAtStart = process.offHeap().allocatedBytes();
        iommu = driver.open(type);
    }

    static SpaprFixture v1() {
        return new SpaprFixture(VfioExtension.SPAPR_TCE, new ProcessConfig());
    }

    static SpaprFixture v2() {
        return v2(new ProcessConfig());
    }

    static SpaprFixture v2(final ProcessConfig config) {
        return new SpaprFixture(VfioExtension.SPAPR_TCE_V2, config);
    }

    /** Leaves this much of the locked-memory limit. */
    SpaprFixture leaving(final long pages) {
        otherPages = SpaprFixture.LIMIT_PAGES - pages - locked.lockedPages();
        locked.charge(otherPages);
        return this;
    }

    IommuGroup group(final IommuTableGroup tableGroup) {
        final IommuGroup group = hostIommu.newGroup();
        group.tableGroup(tableGroup);
        groups.add(group);
        return group;
    }

    SpaprTceIommu another(final int type) {
        others.add(driver.open(type));
        return others.get(others.size() - 1);
    }

    IommuTable kernelTable(final int pageShift, final long sizeBytes) {
        kernelTables.add(new IommuTable(kernel, new IommuTableGeometry(pageShift, 0, sizeBytes, 1, HOST_SHIFT), false));
        return kernelTables.get(kernelTables.size() - 1);
    }

    Ioda1TableGroup ioda1() {
        return new Ioda1TableGroup(kernelTable(12, GIB));
    }

    Ioda2TableGroup recorded(final String name) {
        final Ioda2TableGroup group = new Ioda2TableGroup();
        group.invalidation((bus, pages, shift) -> invalidations.add(name + ' ' + Long.toHexString(bus) + '+' + pages));
        return group;
    }

    /** Attaches an IODA2 group. */
    SpaprFixture attached() {
        iommu.attachGroup(group(recorded("a")));
        return this;
    }

    /** Drops the promise of a default window. */
    SpaprFixture noDefault() {
        iommu.removeWindow(process, 0, 0);
        return this;
    }

    SpaprFixture registered(final long pages) {
        iommu.registerMemory(process, 0, UA, pages * PAGE);
        return this;
    }

    SpaprFixture window() {
        iommu.createWindow(process, 0, 12, GIB, 1);
        return this;
    }

    /** One group, 16 pages of memory, one window of 1 GiB with 4 KiB pages at 0. */
    static SpaprFixture ready() {
        return v2().attached().noDefault().registered(16).window();
    }

    long ioctl(final SpaprTceIommu data, final UserProcess caller, final int request, final IoctlArgument argument) {
        try {
            return driver.ioctl(data, caller, request, argument);
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    long ioctl(final int request, final IoctlArgument argument) {
        return ioctl(iommu, process, request, argument);
    }

    static IoctlArgument nothing() {
        return IoctlArgument.of(0);
    }

    static IoctlArgument struct(final int bytes) {
        return IoctlArgument.of(new UnsafeBuffer(new byte[bytes]), 0);
    }

    static IoctlArgument mapArgument(final int flags, final long vaddr, final long iova, final long size) {
        final IoctlArgument argument = struct(32);
        argument.int32(0, 32);
        argument.int32(4, flags);
        argument.int64(8, vaddr);
        argument.int64(16, iova);
        argument.int64(24, size);
        return argument;
    }

    static IoctlArgument unmapArgument(final int flags, final long iova, final long size) {
        final IoctlArgument argument = struct(24);
        argument.int32(0, 24);
        argument.int32(4, flags);
        argument.int64(8, iova);
        argument.int64(16, size);
        return argument;
    }

    static IoctlArgument memoryArgument(final int flags, final long vaddr, final long size) {
        return unmapArgument(flags, vaddr, size);
    }

    static IoctlArgument createArgument(final int flags, final int pageShift, final long size, final int levels) {
        final IoctlArgument argument = struct(40);
        argument.int32(0, 40);
        argument.int32(4, flags);
        argument.int32(8, pageShift);
        argument.int64(16, size);
        argument.int32(24, levels);
        return argument;
    }

    static IoctlArgument removeArgument(final int flags, final long start) {
        final IoctlArgument argument = struct(16);
        argument.int32(0, 16);
        argument.int32(4, flags);
        argument.int64(8, start);
        return argument;
    }

    static IoctlArgument argsz(final int bytes, final int argsz) {
        final IoctlArgument argument = struct(bytes);
        argument.int32(0, argsz);
        return argument;
    }

    /** Present entries of a table. */
    static long present(final IommuTable table) {
        long count = 0;
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            count++;
        }
        return count;
    }

    static long word(final long ua, final int permissions) {
        final long read = (permissions & Tce.WRITE) != 0 ? Tce.READ : 0;
        return ua + CountingHost.OFFSET_BYTES | permissions | read;
    }

    long mapped(final long ua) {
        final PinnedRegion region = process.pinnedMemory().regionsAcquire().find(ua);
        return process.pinnedMemory().counts().sum(region.index());
    }

    /** Ends everything and checks that nothing is left. */
    /** Demands that the hardware reaches nothing but pinned memory, and that every region knows who points into it. */
    void audit() {
        new HardwareAudit(process, ua -> host.pins(ua) != 0).check(groups);
    }

    @Override
    public void close() {
        audit();
        driver.release(iommu);
        others.forEach(driver::release);
        audit();
        assertEquals(otherPages, locked.lockedPages(), "locked pages");
        assertEquals(List.of(), process.pinnedMemory().regionsAcquire().regions());
        assertEquals(0, host.pinned(), "pinned pages");
        assertEquals(offHeapAtStart, process.offHeap().allocatedBytes(), "off-heap bytes");
        process.close();
        kernelTables.forEach(IommuTable::put);
        kernel.close();
        stranger.close();
    }
}
