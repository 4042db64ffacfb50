package io.vfiotce.memory;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import java.util.BitSet;

/**
 * The regions of a process that are pinned and registered for DMA, shared by all its containers.
 *
 * <p><b>Mapping</b> by anything but a vCPU happens under this object's lock; a vCPU maps without it, by the set that it
 * copied at the start of the call. <b>Unregistering</b> therefore goes in steps: the region is marked closing, so that no
 * new entry can point into it; once every running hypercall has ended, its count only goes down, and is summed; 0 frees the
 * region, anything else opens it again with EBUSY. Whoever meets the mark waits for the verdict, {@link #awaitVerdict}.
 *
 * @threads any; the lock is never held across a grace period
 * @ordering the set is published by a volatile store and read by a volatile load
 * @source Linux arch/powerpc/mm/book3s64/iommu_api.c: mm_iommu_new(), mm_iommu_get(), mm_iommu_put()
 */
public final class PinnedMemory {
    private final UserProcess process;
    private final HostMemory host;
    private final MappedCounts counts;
    private final BitSet indexes = new BitSet();
    private volatile RegionSet regions = RegionSet.EMPTY;
    private long dirtyPagesReleased;

    PinnedMemory(final UserProcess process, final HostMemory host) {
        this.process = process;
        this.host = host;
        counts = new MappedCounts(process.offHeap());
    }

    /** {@return the regions of this moment} */
    public RegionSet regionsAcquire() {
        return regions;
    }

    /** {@return how many entries point into each region} */
    public MappedCounts counts() {
        return counts;
    }

    /** {@return host physical address less user address in bytes} */
    public long hpaOffsetBytes() {
        return host.hpaOffsetBytes();
    }

    /** {@return the host's memory} */
    public HostMemory host() {
        return host;
    }

    /**
     * Finds a region by exactly its range.
     *
     * @param ua first user address
     * @param pages length in host pages
     * @return the region, null if there is none
     * @source Linux mm_iommu_get() without the count
     */
    public synchronized PinnedRegion findExact(final long ua, final long pages) {
        final PinnedRegion region = regions.find(ua);
        return region != null && region.ua() == ua && region.pages() == pages && !region.orphan ? region : null;
    }

    /**
     * Uses a region that is there.
     *
     * @param ua first user address
     * @param pages length in host pages
     * @return the region with one use more; null if there is none with exactly this range
     * @source Linux mm_iommu_get()
     */
    public synchronized PinnedRegion get(final long ua, final long pages) {
        awaitVerdict(findExact(ua, pages));
        final PinnedRegion region = findExact(ua, pages);
        if (region != null) {
            region.used++;
        }
        return region;
    }

    /**
     * Charges, pins and adds a region.
     *
     * @param ua first user address, aligned to host pages
     * @param pages length in host pages
     * @return the region, used once
     * @throws LinuxException ENOMEM over the locked-memory limit, for no pages, or beyond {@link MappedCounts#MAX_REGIONS};
     *     EFAULT if not every page can be pinned; EINVAL if it overlaps a region. Nothing is left behind
     * @source Linux mm_iommu_new()
     */
    public synchronized PinnedRegion register(final long ua, final long pages) {
        awaitVerdicts();
        if (!process.lockedMemory().charge(pages)) {
            throw new LinuxException(Errno.ENOMEM, pages + " pages are over the locked-memory limit");
        }
        try {
            return pin(ua, pages);
        } catch (final LinuxException e) {
            process.lockedMemory().uncharge(pages);
            throw e;
        }
    }

    private PinnedRegion pin(final long ua, final long pages) {
        final int index = indexes.nextClearBit(0);
        if (pages == 0 || index >= MappedCounts.MAX_REGIONS) {
            throw new LinuxException(Errno.ENOMEM, pages == 0 ? "a region of no pages" : "too many regions");
        }
        final long pinned = host.pin(ua, pages);
        final long sizeBytes = pages << process.hostPageShift();
        Errno refused = pinned < pages ? Errno.EFAULT : null;
        long dirtyAddress = 0;
        int pageShift = 0;
        if (refused == null && regions.overlaps(ua, sizeBytes)) {
            refused = Errno.EINVAL;
        }
        if (refused == null) {
            pageShift = Math.min(
                    Long.numberOfTrailingZeros(ua | sizeBytes), host.pageShift(ua, sizeBytes, process.hostPageShift()));
            dirtyAddress = process.offHeap().allocateAddress(sizeBytes >>> pageShift);
            refused = dirtyAddress == 0 ? Errno.ENOMEM : null;
        }
        if (refused != null) {
            host.unpin(ua, pinned);
            throw new LinuxException(
                    refused, "ua=0x" + Long.toHexString(ua) + " pages=" + pages + " cannot be pinned and registered");
        }
        indexes.set(index);
        final PinnedRegion region = new PinnedRegion(
                ua, pages, process.hostPageShift(), pageShift, index, ua + host.hpaOffsetBytes(), dirtyAddress);
        publish(regions.with(region));
        return region;
    }

    private void publish(final RegionSet next) {
        regions = next;
        process.changes().changed();
    }

    /**
     * Uses a region less, and frees it with its last use. Waits until running hypercalls have ended, as long as the
     * process's configuration says; the caller must not be an online vCPU.
     *
     * @param region a region with a use of the caller's
     * @throws LinuxException ENOENT if it is gone; EBUSY, with the use kept, if something is mapped in the region or a vCPU is late
     * @source Linux mm_iommu_put()
     */
    public void put(final PinnedRegion region) {
        synchronized (this) {
            awaitVerdict(region);
            if (region.used == 0) {
                throw new LinuxException(Errno.ENOENT, region + " is not registered any more");
            }
            if (region.used > 1) {
                region.used--;
                return;
            }
            close(region);
        }
        final String late = process.awaitGracePeriod();
        synchronized (this) {
            final long mapped = counts.sum(region.index());
            if (late == null && mapped == 0) {
                region.used = 0;
                remove(region);
            } else {
                region.closing(false);
                process.changes().changed();
            }
            notifyAll();
            if (late != null || mapped != 0) {
                throw new LinuxException(
                        Errno.EBUSY,
                        region + (late != null ? ": " + late + " is late" : " has " + mapped + " mappings"));
            }
        }
    }

    /**
     * Uses a region less without waiting: with its last use it goes when nothing is mapped in it any more. Until then
     * nothing can be mapped in it.
     *
     * @param region a region with a use of the caller's
     */
    public void release(final PinnedRegion region) {
        synchronized (this) {
            // Nobody decides about a region with two users, so there is no verdict to wait for.
            if (--region.used > 0) {
                return;
            }
            region.orphan = true;
            close(region);
        }
        process.reclaimer().retire(this::removeOrphans);
    }

    /** Frees regions without a use in which nothing is mapped; called after a grace period in which something was unmapped. */
    public synchronized void removeOrphans() {
        for (final PinnedRegion region : regions.regions()) {
            if (region.orphan && counts.sum(region.index()) == 0) {
                remove(region);
            }
        }
        notifyAll();
    }

    private void close(final PinnedRegion region) {
        region.closing(true);
        process.changes().changed();
    }

    private void remove(final PinnedRegion region) {
        publish(regions.without(region));
        indexes.clear(region.index());
        for (long i = 0; i < region.dirtyBytes(); i++) {
            dirtyPagesReleased += Words.byteAt(region.dirtyAddress(), i);
        }
        host.unpin(region.ua(), region.pages());
        process.lockedMemory().uncharge(region.pages());
        process.reclaimer().defer(() -> process.offHeap().freeAddress(region.dirtyAddress(), region.dirtyBytes()));
    }

    /**
     * Waits while it is being decided whether a region goes.
     *
     * @param region a region, may be null
     * @threads any but an online vCPU
     */
    public synchronized void awaitVerdict(final PinnedRegion region) {
        boolean interrupted = false;
        while (region != null && region.isClosing() && !region.orphan) {
            try {
                wait();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitVerdicts() {
        for (final PinnedRegion region : regions.regions()) {
            awaitVerdict(region);
        }
    }

    /** {@return pages of {@link PinnedRegion#pageShift} that were marked dirty when their region went, over all regions} */
    public synchronized long dirtyPagesReleased() {
        return dirtyPagesReleased;
    }

    void close() {
        synchronized (this) {
            if (!regions.regions().isEmpty()) {
                throw new IllegalStateException(regions.regions().get(0) + " is still registered");
            }
        }
        counts.free();
    }
}
