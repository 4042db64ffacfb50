package io.vfiotce.vfio.type1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.iommu.DmaRange;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.DmaMapLayout;
import io.vfiotce.vfio.DmaUnmapLayout;
import io.vfiotce.vfio.VfioRequest;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** A type1 container with one group, in a process that may lock 64 pages of 4 KiB; at most 8 mappings. */
final class TestContainer implements AutoCloseable {
    static final long PAGE = CountingHost.PAGE_BYTES;
    static final long UA = 0x10_0000;
    static final long LIMIT_PAGES = 64;
    static final int MAX_MAPPINGS = 8;
    static final int READ = DmaMapLayout.FLAG_READ;
    static final int READ_WRITE = DmaMapLayout.FLAG_READ | DmaMapLayout.FLAG_WRITE;
    static final int VADDR = DmaMapLayout.FLAG_VADDR;
    static final int ALL = DmaUnmapLayout.FLAG_ALL;

    final CountingHost host = new CountingHost();
    final LockedMemory locked = new LockedMemory(LIMIT_PAGES);
    final UserProcess process = new UserProcess(
            new ProcessConfig().hostPageShift(12).hostMemory(host).lockedMemory(locked));
    final HostIommu hostIommu = new HostIommu();
    final IommuGroup group = hostIommu.newGroup();
    final Type1Driver driver;
    final Type1Iommu iommu;

    TestContainer(final long type) {
        this(type, false);
    }

    TestContainer(final long type, final boolean allowUnsafeInterrupts) {
        driver = new Type1Driver(12, MAX_MAPPINGS, allowUnsafeInterrupts);
        iommu = (Type1Iommu) driver.open(type);
        driver.attachGroup(iommu, group);
    }

    static TestContainer v1() {
        return new TestContainer(1);
    }

    static TestContainer v2() {
        return new TestContainer(3);
    }

    /** {@return a group with everything but what is given} */
    IommuGroup newGroup(final DmaRange range, final List<DmaRange> reserved, final long pageSizes) {
        return newGroup(new DmaAperture(range, reserved, pageSizes, true, true));
    }

    IommuGroup newGroup(final DmaAperture aperture) {
        final IommuGroup made = hostIommu.newGroup();
        made.dmaAperture(aperture);
        return made;
    }

    /** {@return what the raw call returns: the result or a negative errno} */
    static long result(final LongSupplier call) {
        try {
            return call.getAsLong();
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    static long result(final Runnable call) {
        return result(() -> {
            call.run();
            return 0;
        });
    }

    long ioctl(final int request, final IoctlArgument argument) {
        return result(() -> driver.ioctl(iommu, process, request, argument));
    }

    static IoctlArgument mapArgument(
            final int argsz, final int flags, final long vaddr, final long iova, final long sizeBytes) {
        final IoctlArgument argument = IoctlArgument.ofNew(32);
        DmaMapLayout.ARGSZ.int32(argument, argsz);
        DmaMapLayout.FLAGS.int32(argument, flags);
        DmaMapLayout.VADDR.int64(argument, vaddr);
        DmaMapLayout.IOVA.int64(argument, iova);
        DmaMapLayout.SIZE.int64(argument, sizeBytes);
        return argument;
    }

    long map(final int flags, final long vaddr, final long iova, final long sizeBytes) {
        return ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, mapArgument(32, flags, vaddr, iova, sizeBytes));
    }

    /** Maps pages at {@link #UA} plus the DMA address. */
    void mapPages(final long firstPage, final long pages) {
        assertEquals(0, map(READ_WRITE, UA + firstPage * PAGE, firstPage * PAGE, pages * PAGE));
    }

    static IoctlArgument unmapArgument(final int argsz, final int flags, final long iova, final long sizeBytes) {
        final IoctlArgument argument = IoctlArgument.ofNew(256);
        DmaUnmapLayout.ARGSZ.int32(argument, argsz);
        DmaUnmapLayout.FLAGS.int32(argument, flags);
        DmaUnmapLayout.IOVA.int64(argument, iova);
        DmaUnmapLayout.SIZE.int64(argument, sizeBytes);
        return argument;
    }

    /** {@return bytes removed as the structure tells them, or a negative errno} */
    long unmap(final int flags, final long iova, final long sizeBytes) {
        final IoctlArgument argument = unmapArgument(24, flags, iova, sizeBytes);
        final long result = ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, argument);
        final long written = DmaUnmapLayout.SIZE.int64(argument);
        if (result != 0) {
            assertEquals(sizeBytes, written, "a refused call writes nothing");
            return result;
        }
        return written;
    }

    long unmapPages(final long firstPage, final long pages) {
        return unmap(0, firstPage * PAGE, pages * PAGE);
    }

    int mappings() {
        return MAX_MAPPINGS - iommu.getInfo().dmaAvailable();
    }

    /** Demands that exactly these pages are mapped, as {@link #mapPages} maps them, pinned and charged. */
    void assertMapped(final long... pages) {
        for (long page = 0; page < 16; page++) {
            final long searched = page;
            final Type1Translation found = iommu.translate(group, page * PAGE + 5);
            if (Arrays.stream(pages).anyMatch(mapped -> mapped == searched)) {
                assertNotNull(found, "page " + page + " is not mapped");
                assertEquals(UA + page * PAGE + 5 + CountingHost.HPA_OFFSET_BYTES, found.hpa());
            } else {
                assertNull(found, "page " + page + " is mapped");
            }
        }
        assertEquals(pages.length, host.pins());
        assertEquals(pages.length, locked.lockedPages());
    }

    @Override
    public void close() {
        driver.release(iommu);
        assertEquals(0, host.pins());
        assertEquals(0, locked.lockedPages());
        process.close();
    }
}
