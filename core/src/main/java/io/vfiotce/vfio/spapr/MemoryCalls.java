package io.vfiotce.vfio.spapr;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a container of version 2 has registered: REGISTER and UNREGISTER.
 *
 * <p>Regions belong to the process; a container keeps which it uses. Whether a region can go is decided without the
 * container's monitor, since that takes a grace period; until then the region is here still, marked as going, and calls
 * about it wait.
 *
 * @threads any; the list is guarded by the container's monitor
 * @source Linux tce_iommu_register_pages(), tce_iommu_unregister_pages()
 */
final class MemoryCalls {
    private final SpaprContainer container;
    private final List<PinnedRegion> regions = new ArrayList<>();
    private final List<PinnedRegion> going = new ArrayList<>();

    MemoryCalls(final SpaprContainer container) {
        this.container = container;
    }

    void register(final UserProcess caller, final int flags, final long vaddr, final long sizeBytes) {
        synchronized (container) {
            container.bind(caller);
            final long pages = requireRange(flags, vaddr, sizeBytes);
            final PinnedMemory memory = container.process.pinnedMemory();
            if (findSettled(vaddr, pages) != null) {
                throw SpaprContainer.refuse(Errno.EBUSY, "the container has registered this memory already");
            }
            try {
                final PinnedRegion shared = memory.get(vaddr, pages);
                regions.add(shared == null ? memory.register(vaddr, pages) : shared);
            } catch (final LinuxException e) {
                throw SpaprContainer.refuse(e);
            }
            container.enabled = true;
        }
    }

    void unregister(final UserProcess caller, final int flags, final long vaddr, final long sizeBytes) {
        final PinnedMemory memory;
        final PinnedRegion region;
        synchronized (container) {
            container.requireCaller(caller);
            requireBound();
            memory = container.process.pinnedMemory();
            region = findSettled(vaddr, requireRange(flags, vaddr, sizeBytes));
            if (region == null) {
                throw SpaprContainer.refuse(Errno.ENOENT, "the container has not registered exactly this memory");
            }
            going.add(region);
        }
        boolean gone = false;
        try {
            memory.put(region);
            gone = true;
        } catch (final LinuxException e) {
            throw SpaprContainer.refuse(e);
        } finally {
            if (settle(region, gone)) {
                memory.release(region);
            }
        }
    }

    void requireBound() {
        if (container.process == null) {
            throw SpaprContainer.refuse(Errno.EPERM, "the container belongs to no process yet");
        }
    }

    /** {@return whether the region stays, but the container has ended meanwhile} */
    private boolean settle(final PinnedRegion region, final boolean gone) {
        synchronized (container) {
            going.remove(region);
            if (gone || container.released) {
                regions.remove(region);
            }
            container.notifyAll();
            return !gone && container.released;
        }
    }

    private long requireRange(final int flags, final long vaddr, final long sizeBytes) {
        SpaprContainer.requireNoFlags(flags);
        final long mask = (1L << container.process.hostPageShift()) - 1;
        if (((vaddr | sizeBytes) & mask) != 0 || Long.compareUnsigned(vaddr + sizeBytes, vaddr) < 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, "the memory is not made of whole host pages, or wraps");
        }
        return sizeBytes >>> container.process.hostPageShift();
    }

    /** Finds one of the container's regions; waits while it is being decided whether it goes. */
    private PinnedRegion findSettled(final long vaddr, final long pages) {
        boolean interrupted = false;
        PinnedRegion region = find(vaddr, pages);
        while (going.contains(region)) {
            try {
                container.wait();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
            region = find(vaddr, pages);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        container.requireAlive();
        return region;
    }

    private PinnedRegion find(final long vaddr, final long pages) {
        for (final PinnedRegion region : regions) {
            if (region.ua() == vaddr && region.pages() == pages) {
                return region;
            }
        }
        return null;
    }

    /** {@return the regions that are the container's to release now that it has ended} */
    List<PinnedRegion> takeAll() {
        regions.removeAll(going);
        final List<PinnedRegion> all = List.copyOf(regions);
        regions.clear();
        return all;
    }
}
