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
    private final MappingTurns turns = new MappingTurns();
    private volatile RegionSet regions = RegionSet.EMPTY;
    private int orphans;
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

    /** {@return turns of those who map many pages and of those who unregister} */
    public MappingTurns turns() {
        return turns;
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
        PinnedRegion region = findExact(ua, pages);
        while (region != null && region.isClosing()) {
            awaitVerdict(region);
            // While this waited another region may have come in its place, and may be closing too.
            region = findExact(ua, pages);
        }
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
     * @throws LinuxException EINVAL if the range is not aligned, or reaches or passes the end of the address space; ENOMEM over
     *     the locked-memory limit, for no pages, or beyond {@link MappedCounts#MAX_REGIONS}; EFAULT if not every page can be
     *     pinned; EINVAL if it overlaps a region. Nothing is left behind
     * @source Linux mm_iommu_new()
     */
    public synchronized PinnedRegion register(final long ua, final long pages) {
        requireRange(ua, pages);
        awaitVerdicts();
        removeOrphans();
        if (!process.lockedMemory().charge(pages)) {
            throw refused(Errno.ENOMEM, ua, pages, "is over the locked-memory limit");
        }
        PinnedRegion region = null;
        try {
            region = pin(ua, pages);
        } finally {
            if (region == null) {
                process.lockedMemory().uncharge(pages);
            }
        }
        indexes.set(region.index());
        publish(regions.with(region));
        return region;
    }

    private void requireRange(final long ua, final long pages) {
        final int shift = process.hostPageShift();
        final long sizeBytes = pages << shift;
        if (sizeBytes >>> shift != pages || wraps(ua, sizeBytes) || (ua & ((1L << shift) - 1)) != 0) {
            throw refused(Errno.EINVAL, ua, pages, "is not a range of host pages");
        }
        // Physical addresses are compared and shifted as they are; no machine has such memory.
        if (wraps(ua + host.hpaOffsetBytes(), sizeBytes)) {
            throw refused(Errno.EINVAL, ua, pages, "has physical addresses that wrap");
        }
    }

    private static boolean wraps(final long start, final long sizeBytes) {
        return Long.compareUnsigned(start + sizeBytes, start) < 0;
    }

    private static LinuxException refused(final Errno errno, final long ua, final long pages, final String why) {
        return new LinuxException(errno, "ua=0x" + Long.toHexString(ua) + " pages=" + pages + ' ' + why);
    }

    private PinnedRegion pin(final long ua, final long pages) {
        final int index = indexes.nextClearBit(0);
        if (pages == 0 || index >= MappedCounts.MAX_REGIONS) {
            throw refused(Errno.ENOMEM, ua, pages, pages == 0 ? "is empty" : "is one region too many");
        }
        final long pinned = host.pin(ua, pages);
        PinnedRegion region = null;
        try {
            if (pinned < pages) {
                throw refused(Errno.EFAULT, ua, pages, "can be pinned only for " + pinned + " pages");
            }
            region = describe(ua, pages, index);
            return region;
        } finally {
            if (region == null) {
                host.unpin(ua, pinned);
            }
        }
    }

    private PinnedRegion describe(final long ua, final long pages, final int index) {
        final int hostPageShift = process.hostPageShift();
        final long sizeBytes = pages << hostPageShift;
        if (regions.overlaps(ua, sizeBytes)) {
            throw refused(Errno.EINVAL, ua, pages, "overlaps a region");
        }
        final int pageShift =
                Math.min(Long.numberOfTrailingZeros(ua | sizeBytes), host.pageShift(ua, sizeBytes, hostPageShift));
        final long dirtyAddress = process.offHeap().allocateAddress(sizeBytes >>> pageShift);
        if (dirtyAddress == 0) {
            throw refused(Errno.ENOMEM, ua, pages, "leaves no memory for its dirty marks");
        }
        return new PinnedRegion(ua, pages, hostPageShift, pageShift, index, ua + host.hpaOffsetBytes(), dirtyAddress);
    }

    private void publish(final RegionSet next) {
        regions = next;
        process.changes().changed();
    }

    /**
     * Uses a region less, and frees it with its last use. Waits until running hypercalls have ended, each time as long as
     * the process's configuration says; the caller must not be an online vCPU.
     *
     * @param region a region with a use of the caller's
     * @throws LinuxException ENOENT if it is gone; EBUSY, with the use kept, if something is mapped in the region or a vCPU is late
     * @source Linux mm_iommu_put()
     */
    public void put(final PinnedRegion region) {
        // What is retired may unmap. It runs before the mark: it may take a lock whose holder waits for the verdict.
        if (process.reclaimer().reclaim() > 0) {
            process.awaitGracePeriod();
        }
        turns.beginDecision();
        final String busy;
        try {
            busy = drop(region);
        } finally {
            turns.endDecision();
        }
        if (busy != null) {
            throw new LinuxException(Errno.EBUSY, region + ": " + busy);
        }
        process.reclaimer().reclaim();
    }

    /** {@return why the last use of a region cannot be given up, null if one was} */
    private String drop(final PinnedRegion region) {
        synchronized (this) {
            if (region.used == 0) {
                throw new LinuxException(Errno.ENOENT, region + " is not registered any more");
            }
            if (region.used > 1) {
                region.used--;
                return null;
            }
            close(region);
        }
        String busy = "its readers are unknown";
        try {
            final String late = process.awaitReaders();
            busy = late == null ? null : late + " is late";
        } finally {
            busy = decide(region, busy);
        }
        return busy;
    }

    /** Frees a closing region or opens it again, and says which, so that nobody waits for ever. */
    private synchronized String decide(final PinnedRegion region, final String lateReader) {
        final long mapped = counts.sum(region.index());
        final boolean goes = lateReader == null && mapped == 0;
        try {
            if (goes) {
                region.used = 0;
                remove(region);
            } else {
                region.closing(false);
                process.changes().changed();
            }
        } finally {
            notifyAll();
        }
        return goes || lateReader != null ? lateReader : mapped + " mappings";
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
            orphans++;
            close(region);
        }
        process.reclaimer().retire(() -> settle(region));
    }

    private synchronized void settle(final PinnedRegion region) {
        region.settled = true;
        removeOrphans();
    }

    /**
     * Frees regions without a use in which nothing is mapped; called when something was unmapped. An orphan whose grace
     * period is not over stays: a hypercall may have mapped into it and not counted yet.
     */
    public synchronized void removeOrphans() {
        if (orphans == 0) {
            return;
        }
        for (final PinnedRegion region : regions.regions()) {
            if (region.settled && counts.sum(region.index()) == 0) {
                orphans--;
                remove(region);
            }
        }
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
        process.lockedMemory().uncharge(region.pages());
        process.reclaimer().defer(() -> process.offHeap().freeAddress(region.dirtyAddress(), region.dirtyBytes()));
        // Last: the host's own code may throw.
        host.unpin(region.ua(), region.pages());
    }

    /**
     * Waits while it is being decided whether a region goes.
     *
     * @param region a region, may be null
     * @threads any but an online vCPU
     */
    public synchronized void awaitVerdict(final PinnedRegion region) {
        boolean interrupted = false;
        // Without a use the verdict is known: the region is gone, or an orphan. Its mark stays.
        while (region != null && region.isClosing() && region.used > 0) {
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

    synchronized void requireEmpty() {
        if (!regions.regions().isEmpty()) {
            throw new IllegalStateException(regions.regions().get(0) + " is still registered");
        }
    }
}
