package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaRange;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.DmaMapLayout;
import io.vfiotce.vfio.DmaUnmapLayout;
import io.vfiotce.vfio.VfioException;
import java.util.ArrayList;
import java.util.List;

/**
 * The mappings of one type1 container and the groups that use them.
 *
 * <p>Memory is pinned and charged while a group is attached; a mapping made before the first group is only noted down.
 * Version 1 unmaps what begins in a range, version 2 refuses a range that cuts a mapping.
 *
 * @threads any; every method is synchronized
 * @source Linux struct vfio_iommu
 */
public final class Type1Iommu {
    /** Longest bitmap of dirty pages: one bit for each of 2^31 pages. */
    public static final long MAX_DIRTY_BITMAP_BYTES = 1L << 28;

    private static final long MAX_DIRTY_PAGES = Integer.MAX_VALUE;
    private static final int PERMISSIONS = DmaMapLayout.FLAG_READ | DmaMapLayout.FLAG_WRITE;
    private static final DmaRange EVERYTHING = new DmaRange(0, -1);

    private final Type1Driver driver;
    private final boolean version2;
    private final Mappings mappings = new Mappings();
    private final AttachedGroups groups;
    private boolean tracksDirtyPages;
    private boolean released;

    Type1Iommu(final Type1Driver driver, final boolean version2) {
        this.driver = driver;
        this.version2 = version2;
        groups = new AttachedGroups(driver);
    }

    /**
     * What can be mapped.
     *
     * @return what GET_INFO tells
     * @throws VfioException EINVAL if the container is released
     * @source Linux vfio_iommu_type1_get_info()
     */
    public synchronized Type1Info getInfo() {
        requireServing();
        return new Type1Info(
                groups.pageSizes(),
                smallestPageBytes(),
                MAX_DIRTY_BITMAP_BYTES,
                driver.maxMappings() - mappings.size(),
                groups.iovaRanges());
    }

    /**
     * Maps memory, or gives a mapping its new user address.
     *
     * @param caller the process whose memory it is, and which is charged
     * @param flags {@link DmaMapLayout#FLAG_READ}, {@link DmaMapLayout#FLAG_WRITE} or both; or {@link DmaMapLayout#FLAG_VADDR} alone
     * @param vaddr user address
     * @param iova DMA address
     * @param sizeBytes length in bytes
     * @throws VfioException EINVAL for flags, for a range that is empty, misaligned, wraps or lies outside of what can be
     *     mapped; EEXIST if it overlaps a mapping; ENOSPC if there are too many; ENOMEM over the locked-memory limit; EFAULT if
     *     a page cannot be pinned; with FLAG_VADDR ENOENT if nothing is mapped there, EINVAL if it is not exactly one mapping
     *     without a user address. Nothing has changed then
     * @source Linux vfio_dma_do_map()
     */
    public synchronized void mapDma(
            final UserProcess caller, final int flags, final long vaddr, final long iova, final long sizeBytes) {
        requireServing();
        if (flags != DmaMapLayout.FLAG_VADDR && (flags == 0 || (flags & ~PERMISSIONS) != 0)) {
            throw VfioException.invalid(
                    "flags=0x" + Integer.toHexString(flags) + " are neither permissions nor VADDR alone");
        }
        if (caller.hostPageShift() != driver.hostPageShift()) {
            throw VfioException.invalid("the process has pages of another size than the host");
        }
        range(vaddr, sizeBytes);
        final DmaRange range = range(iova, sizeBytes);
        final Mapping there = mappings.firstIn(range);
        if (flags == DmaMapLayout.FLAG_VADDR) {
            requireInvalidated(there, range);
            there.updateVaddr(caller, vaddr);
            return;
        }
        if (there != null) {
            throw new VfioException(Errno.EEXIST, range + " overlaps " + there.range);
        }
        if (mappings.size() >= driver.maxMappings()) {
            throw new VfioException(Errno.ENOSPC, "there are " + mappings.size() + " mappings already");
        }
        if (!groups.canMap(range)) {
            throw VfioException.invalid(range + " is not in " + groups.iovaRanges());
        }
        final Mapping mapping = new Mapping(caller, flags, vaddr, range);
        if (!groups.isEmpty()) {
            mapping.pin();
        }
        if (tracksDirtyPages && pages(mapping) > MAX_DIRTY_PAGES) {
            mapping.unpin();
            throw VfioException.invalid(range + " has too many pages to track");
        }
        mappings.add(mapping);
        groups.map(mapping);
    }

    private static void requireInvalidated(final Mapping there, final DmaRange range) {
        if (there == null) {
            throw new VfioException(Errno.ENOENT, "nothing is mapped in " + range);
        }
        if (!there.isVaddrInvalid() || !there.range.equals(range)) {
            throw VfioException.invalid(range + " is not a mapping without a user address");
        }
    }

    /**
     * Unmaps a range, or takes the user addresses of its mappings away.
     *
     * @param flags 0, {@link DmaUnmapLayout#FLAG_ALL}, {@link DmaUnmapLayout#FLAG_VADDR} or both
     * @param iova first DMA address, 0 with FLAG_ALL
     * @param sizeBytes length in bytes, 0 with FLAG_ALL
     * @return bytes unmapped or invalidated: the mappings' whole sizes
     * @throws VfioException EINVAL for flags, a range that is empty, misaligned or wraps, in version 2 one that cuts a mapping;
     *     with FLAG_VADDR for a mapping that has no user address. Nothing has changed then
     * @source Linux vfio_dma_do_unmap()
     */
    public synchronized long unmapDma(final int flags, final long iova, final long sizeBytes) {
        requireServing();
        if ((flags & ~(DmaUnmapLayout.FLAG_ALL | DmaUnmapLayout.FLAG_VADDR)) != 0) {
            throw VfioException.invalid("flags=0x" + Integer.toHexString(flags) + " are not known");
        }
        final boolean all = (flags & DmaUnmapLayout.FLAG_ALL) != 0;
        if (all && (iova != 0 || sizeBytes != 0)) {
            throw VfioException.invalid("everything is unmapped without an address and a size");
        }
        final List<Mapping> chosen = choose(all ? EVERYTHING : range(iova, sizeBytes));
        if ((flags & DmaUnmapLayout.FLAG_VADDR) == 0) {
            return remove(chosen);
        }
        if (chosen.stream().anyMatch(Mapping::isVaddrInvalid)) {
            throw VfioException.invalid("a mapping has no user address already");
        }
        chosen.forEach(Mapping::invalidateVaddr);
        return chosen.stream().mapToLong(mapping -> mapping.sizeBytes).sum();
    }

    /**
     * Unmaps a range and tells which of its pages were dirty.
     *
     * @param iova first DMA address
     * @param sizeBytes length in bytes
     * @param pageBytes what a bit of the bitmap stands for
     * @param bitmap where to mark dirty pages
     * @return bytes unmapped
     * @throws VfioException EINVAL as for {@link #unmapDma(int, long, long)}, for a bitmap that is too small or too large,
     *     another page size than the smallest, or if dirty pages are not tracked. Nothing has changed then
     * @source Linux vfio_dma_do_unmap(), update_user_bitmap()
     */
    public synchronized long unmapDma(
            final long iova, final long sizeBytes, final long pageBytes, final DirtyBitmap bitmap) {
        requireServing();
        final DmaRange range = range(iova, sizeBytes);
        requireBitmap(range, pageBytes, bitmap);
        final List<Mapping> chosen = choose(range);
        markDirty(chosen, range, bitmap);
        return remove(chosen);
    }

    /**
     * Unmaps everything.
     *
     * @return bytes unmapped
     */
    public long unmapAll() {
        return unmapDma(DmaUnmapLayout.FLAG_ALL, 0, 0);
    }

    private List<Mapping> choose(final DmaRange range) {
        if (version2) {
            requireWholeMappings(range);
        } else {
            final Mapping first = mappings.firstIn(range);
            if (first != null && Long.compareUnsigned(first.range.first(), range.first()) < 0) {
                return List.of();
            }
        }
        return mappings.beginningIn(range);
    }

    private void requireWholeMappings(final DmaRange range) {
        final Mapping atFirst = mappings.at(range.first());
        final Mapping atLast = mappings.at(range.last());
        if (atFirst != null && atFirst.range.first() != range.first()
                || atLast != null && atLast.range.last() != range.last()) {
            throw VfioException.invalid(range + " cuts a mapping");
        }
    }

    private long remove(final List<Mapping> chosen) {
        long removedBytes = 0;
        for (final Mapping mapping : chosen) {
            groups.unmap(mapping);
            mappings.remove(mapping);
            mapping.unpin();
            removedBytes += mapping.sizeBytes;
        }
        return removedBytes;
    }

    /**
     * Starts tracking dirty pages; nothing happens if they are tracked already.
     *
     * @throws VfioException EACCES in version 1, EINVAL if a mapping has too many pages
     */
    public synchronized void startDirtyTracking() {
        requireVersion2();
        for (final Mapping mapping : mappings.all()) {
            if (pages(mapping) > MAX_DIRTY_PAGES) {
                throw VfioException.invalid(mapping.range + " has too many pages to track");
            }
        }
        tracksDirtyPages = true;
    }

    /**
     * Stops tracking dirty pages; nothing happens if they are not tracked.
     *
     * @throws VfioException EACCES in version 1
     */
    public synchronized void stopDirtyTracking() {
        requireVersion2();
        tracksDirtyPages = false;
    }

    /**
     * Tells which pages are dirty. No IOMMU here reports what devices write, so every page that a device can reach is.
     *
     * @param iova first DMA address
     * @param sizeBytes length in bytes
     * @param pageBytes what a bit of the bitmap stands for
     * @param bitmap where to mark dirty pages
     * @throws VfioException EACCES in version 1; EINVAL if the range is empty, misaligned, wraps or cuts a mapping, for a bitmap
     *     that is too small or too large, another page size than the smallest, or if dirty pages are not tracked
     * @source Linux vfio_iova_dirty_bitmap()
     */
    public synchronized void dirtyBitmap(
            final long iova, final long sizeBytes, final long pageBytes, final DirtyBitmap bitmap) {
        requireVersion2();
        final DmaRange range = range(iova, sizeBytes);
        requireBitmap(range, pageBytes, bitmap);
        requireWholeMappings(range);
        markDirty(mappings.beginningIn(range), range, bitmap);
    }

    private void requireBitmap(final DmaRange range, final long pageBytes, final DirtyBitmap bitmap) {
        if (!tracksDirtyPages || pageBytes != smallestPageBytes()) {
            throw VfioException.invalid(
                    tracksDirtyPages ? "pages of " + pageBytes + " bytes are not tracked" : "no page is tracked");
        }
        final long lastBit = (range.last() - range.first()) >>> Long.numberOfTrailingZeros(pageBytes);
        final long neededBytes = ((lastBit >>> 6) + 1) << 3;
        if (Long.compareUnsigned(bitmap.sizeBytes(), MAX_DIRTY_BITMAP_BYTES) > 0 || bitmap.sizeBytes() < neededBytes) {
            throw VfioException.invalid(
                    "a bitmap of " + Long.toUnsignedString(bitmap.sizeBytes()) + " bytes for " + range);
        }
    }

    private void markDirty(final List<Mapping> chosen, final DmaRange range, final DirtyBitmap bitmap) {
        final int shift = Long.numberOfTrailingZeros(smallestPageBytes());
        for (final Mapping mapping : chosen) {
            if (mapping.isPinned()) {
                bitmap.mark((mapping.range.first() - range.first()) >>> shift, pages(mapping));
            }
        }
    }

    private long pages(final Mapping mapping) {
        return mapping.sizeBytes >>> Long.numberOfTrailingZeros(smallestPageBytes());
    }

    /**
     * Puts a group under the mappings.
     *
     * @param group the group
     * @throws VfioException EBUSY while a mapping has no user address; EINVAL if the group is attached already, cannot use the
     *     addresses or alignments of what is mapped, or has no address or page size in common with the others; EPERM if it
     *     could raise other devices' interrupts; ENOMEM or EFAULT if memory has to be pinned for it and cannot. Nothing has
     *     changed then
     * @source Linux vfio_iommu_type1_attach_group()
     */
    public synchronized void attachGroup(final IommuGroup group) {
        requireServing();
        if (mappings.all().stream().anyMatch(Mapping::isVaddrInvalid)) {
            throw new VfioException(Errno.EBUSY, "a mapping has no user address");
        }
        groups.attach(group, mappings.all());
    }

    /**
     * Takes a group out; with the last one everything is unmapped. Nothing happens if the group is not attached.
     *
     * @param group the group
     * @source Linux vfio_iommu_type1_detach_group()
     */
    public synchronized void detachGroup(final IommuGroup group) {
        if (groups.isOnly(group)) {
            remove(new ArrayList<>(mappings.all()));
        }
        groups.detach(group);
    }

    /** Ends the container: everything is unmapped, every group is out, every later call is refused. */
    synchronized void release() {
        remove(new ArrayList<>(mappings.all()));
        groups.clear();
        released = true;
    }

    /**
     * What a device of a group reaches at an address.
     *
     * @param group the group
     * @param iova DMA address
     * @return where it leads; null if the group is not attached or nothing is mapped there
     */
    public synchronized Type1Translation translate(final IommuGroup group, final long iova) {
        return groups.translate(group, iova);
    }

    /** {@return whether the IOMMU makes the DMA of every group coherent} */
    public synchronized boolean enforcesCoherency() {
        return groups.enforceCoherency();
    }

    /**
     * Refuses what version 1 does not have.
     *
     * @throws VfioException EACCES in version 1
     */
    void requireVersion2() {
        requireServing();
        if (!version2) {
            throw new VfioException(Errno.EACCES, "version 1 does not track dirty pages");
        }
    }

    private synchronized void requireServing() {
        if (released) {
            throw VfioException.invalid("the container has no IOMMU any more");
        }
    }

    private long smallestPageBytes() {
        return Long.lowestOneBit(groups.pageSizes());
    }

    private DmaRange range(final long first, final long sizeBytes) {
        final long last = first + sizeBytes - 1;
        if (sizeBytes == 0
                || ((first | sizeBytes) & (smallestPageBytes() - 1)) != 0
                || Long.compareUnsigned(last, first) < 0) {
            throw VfioException.invalid("0x" + Long.toHexString(sizeBytes) + " bytes at 0x" + Long.toHexString(first)
                    + " are none, misaligned or wrap");
        }
        return new DmaRange(first, last);
    }
}
