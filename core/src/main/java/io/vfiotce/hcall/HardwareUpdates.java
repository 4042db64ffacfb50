package io.vfiotce.hcall;

import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;

/**
 * What one vCPU does to the IOMMU tables that are attached to a window: exchange the entries, count the mappings of each
 * region in a stripe of its own, keep the user addresses, mark what a device may have written.
 *
 * <p>A page may be mapped if all of it lies in one memslot and in one region that is not closing, with pages as large as the
 * table's. The last such stretch of guest memory is remembered, so the usual check is one comparison; it is forgotten when
 * {@link io.vfiotce.memory.ChangeCount} moves, which every closing mark does.
 *
 * <p>Once a call has checked its pages, nothing can fail any more: a region whose mark comes later is not freed before the
 * call has ended.
 *
 * @threads the vCPU's own
 * @ordering entries: atomic exchange; user addresses and counts: release, after the exchange
 * @source Linux kvmppc_tce_iommu_map(), kvmppc_tce_iommu_unmap(), iommu_tce_xchg_no_kill()
 */
abstract class HardwareUpdates extends VcpuState {
    private final PinnedMemory pinned;
    private final long stripe;
    private final long uaToHpa;

    // The stretch of guest memory that was mapped last, in units of Memslots.UNIT_SHIFT, and the region behind it.
    private long firstUnit;
    private long lastUnit = -1;
    private long gpaToHpa;
    private int regionPageShift;
    private int regionIndex;
    private long regionHpa;
    private long regionSizeBytes;
    private long regionDirty;

    HardwareUpdates(final HcallEnvironment environment, final HcallCounters counters) {
        super(environment, counters);
        pinned = environment.pinnedMemory();
        uaToHpa = pinned.hpaOffsetBytes();
        stripe = openStripe(environment);
    }

    private long openStripe(final HcallEnvironment environment) {
        try {
            return pinned.counts().openStripe();
        } catch (final OutOfMemoryError e) {
            environment.offHeap().free(list);
            throw e;
        }
    }

    @Override
    final void refresh() {
        super.refresh();
        firstUnit = 0;
        lastUnit = -1;
    }

    @Override
    final void free() {
        super.free();
        pinned.counts().closeStripe(stripe);
    }

    /**
     * Whether a page may be mapped, as far as guest memory and regions go.
     *
     * @param tce the TCE, without reserved bits
     * @param window its window
     * @return false if the page is not all in one memslot and one region that is not closing
     */
    final boolean isRegistered(final long tce, final TceTable window) {
        return isInStretch(tce, window) || findRegion(tce, false) && isInStretch(tce, window);
    }

    private boolean isInStretch(final long tce, final TceTable window) {
        final long distance = (tce >>> Memslots.UNIT_SHIFT) - firstUnit;
        return (distance | (lastUnit - window.pageLastUnit() - distance)) >= 0;
    }

    /** Whether the region that {@link #isRegistered} found last has pages large enough for every table. */
    final boolean hasPagesFor(final IommuTable[] tables) {
        for (final IommuTable table : tables) {
            if (table.pageShift() > regionPageShift) {
                return false;
            }
        }
        return true;
    }

    /** Why a page that is not registered is passed on. */
    final int reasonNotRegistered(final long tce) {
        return isBacked(tce) ? HcallCounters.NOT_REGISTERED : HcallCounters.UNBACKED_TCE;
    }

    /**
     * Copies a list and checks all words of the copy.
     *
     * @param window the window
     * @param tables its tables
     * @param slot memslot of the list
     * @param listGpa guest physical address of the list
     * @param words how many
     * @return as {@link TceList#check}, with {@link TceList#UNBACKED} for a page that is not registered too
     */
    final int checkMappedList(
            final TceTable window, final IommuTable[] tables, final int slot, final long listGpa, final int words) {
        final boolean ordinary = memslots()
                        .copyList(
                                slot,
                                listGpa,
                                words,
                                list,
                                window.reservedBits(),
                                firstUnit,
                                lastUnit - window.pageLastUnit())
                == 0;
        return ordinary && hasPagesFor(tables) ? words : TceList.checkMapped(this, window, tables, words);
    }

    /**
     * Maps or unmaps the pages of a checked list in every table.
     *
     * @param tables the tables, every level of the pages present
     * @param window the window
     * @param first first entry of the window
     * @param words how many words of {@link #list}
     */
    final void updateAll(final IommuTable[] tables, final TceTable window, final long first, final int words) {
        for (int i = 0; i < words; i++) {
            update(tables, window, first + i, list.wordPlain(i));
        }
    }

    /** Remembers the stretch of guest memory around an address; false if it is in no memslot or no region that may be used. */
    private boolean findRegion(final long tce, final boolean closingToo) {
        final Memslots memslots = memslots();
        final int slot = memslots.find(tce);
        if (slot < 0) {
            return false;
        }
        final long slotUnit = memslots.firstUnit(slot);
        final long slotGpa = slotUnit << Memslots.UNIT_SHIFT;
        final long slotUa = memslots.ua(slot);
        final PinnedRegion region =
                pinned.regionsAcquire().find(slotUa + ((tce & -(1L << Memslots.UNIT_SHIFT)) - slotGpa));
        if (region == null || region.isClosing() && !closingToo) {
            return false;
        }
        // Both are aligned to units, and the address lies in both, so their distance is exact.
        final long regionStart = (region.ua() - slotUa) >> Memslots.UNIT_SHIFT;
        final long regionEnd = regionStart + (region.sizeBytes() >>> Memslots.UNIT_SHIFT);
        final long start = Math.max(0, regionStart);
        firstUnit = slotUnit + start;
        lastUnit = Math.min(memslots.units(slot), regionEnd) - start - 1;
        gpaToHpa = uaToHpa + slotUa - slotGpa;
        regionPageShift = region.pageShift();
        regionIndex = region.index();
        regionHpa = region.hpa();
        regionSizeBytes = region.sizeBytes();
        regionDirty = region.dirtyAddress();
        return true;
    }

    /** Whether real mode may change every table. */
    static boolean areForRealMode(final IommuTable[] tables) {
        for (final IommuTable table : tables) {
            if (table.realModePageShift() == Byte.MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    /** Whether mapping a range of a window needs no new level in any table. */
    static boolean areResident(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            if (!table.isResident(first << fanOutShift, count << fanOutShift)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every table keeps user addresses; in others only user space knows what is mapped. */
    static boolean areWithUserView(final IommuTable[] tables) {
        for (final IommuTable table : tables) {
            if (!table.hasUserView()) {
                return false;
            }
        }
        return true;
    }

    /** Makes the levels that mapping a TCE needs, outside real mode; false if memory ran out. */
    static boolean makeResident(final IommuTable[] tables, final TceTable window, final long entry, final long tce) {
        if ((tce & Tce.PERMISSIONS) != 0) {
            for (final IommuTable table : tables) {
                final int fanOutShift = window.pageShift() - table.pageShift();
                if (!table.makeResident(entry << fanOutShift, 1L << fanOutShift)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whoever wants to know that a range of a window has changed, outside real mode. */
    static void invalidate(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            table.invalidate(first << fanOutShift, count << fanOutShift);
        }
    }

    /**
     * Maps a page, or unmaps it, in every table.
     *
     * @param tables the tables, every level of a page to be mapped present
     * @param window the window
     * @param entry entry of the window
     * @param tce the TCE, checked by this call
     */
    final void update(final IommuTable[] tables, final TceTable window, final long entry, final long tce) {
        if ((tce & Tce.PERMISSIONS) == 0) {
            unmap(tables, window, entry, 1);
            return;
        }
        if (!isInStretch(tce, window)) {
            findRegion(tce, true);
        }
        final long word = gpaToHpa + tce;
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            final long first = entry << fanOutShift;
            if (fanOutShift == 0) {
                map(table, table.leafAddressAcquire(first), first, word);
            } else {
                mapFanOut(table, first, 1L << fanOutShift, word);
            }
        }
    }

    private void mapFanOut(final IommuTable table, final long first, final long count, final long word) {
        final long pageBytes = 1L << table.pageShift();
        for (long i = 0; i < count; i++) {
            map(table, table.leafAddressAcquire(first + i), first + i, word + i * pageBytes);
        }
    }

    private void map(final IommuTable table, final long leaf, final long entry, final long word) {
        final long old = table.exchange(leaf, entry, word);
        table.setUserAddressRelease(leaf, entry, (word & ~Tce.PERMISSIONS) - uaToHpa);
        if ((old & Tce.PERMISSIONS) == 0) {
            MappedCounts.addOwn(stripe, regionIndex, 1);
            return;
        }
        final long oldDistance = (old & ~Tce.PERMISSIONS) - regionHpa;
        if (Long.compareUnsigned(oldDistance, regionSizeBytes) < 0) {
            // One mapping less and one more of the same region.
            if ((old & Tce.WRITE) != 0) {
                Words.markByte(regionDirty, oldDistance >>> regionPageShift);
            }
        } else {
            MappedCounts.addOwn(stripe, regionIndex, 1);
            drop(old);
        }
    }

    /**
     * Unmaps pages in every table; what is not mapped is passed over.
     *
     * @param tables the tables
     * @param window the window
     * @param first first entry of the window
     * @param count number of entries
     */
    final void unmap(final IommuTable[] tables, final TceTable window, final long first, final long count) {
        for (final IommuTable table : tables) {
            final int fanOutShift = window.pageShift() - table.pageShift();
            unmapRange(table, first << fanOutShift, count << fanOutShift);
        }
    }

    private void unmapRange(final IommuTable table, final long first, final long count) {
        final long end = first + count;
        long entry = first;
        while (entry < end) {
            final long leaf = table.leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = table.afterAbsent(entry);
            } else {
                final long leafEnd = Math.min(end, table.nextLeaf(entry));
                for (; entry < leafEnd; entry++) {
                    unmapEntry(table, leaf, entry);
                }
            }
        }
    }

    private void unmapEntry(final IommuTable table, final long leaf, final long entry) {
        if (!table.isMapped(leaf, entry)) {
            return;
        }
        final long old = table.exchange(leaf, entry, 0);
        table.setUserAddressRelease(leaf, entry, 0);
        if ((old & Tce.PERMISSIONS) == 0) {
            return;
        }
        final long oldDistance = (old & ~Tce.PERMISSIONS) - regionHpa;
        if (Long.compareUnsigned(oldDistance, regionSizeBytes) < 0 && lastUnit >= 0) {
            if ((old & Tce.WRITE) != 0) {
                Words.markByte(regionDirty, oldDistance >>> regionPageShift);
            }
            MappedCounts.addOwn(stripe, regionIndex, -1);
        } else {
            drop(old);
        }
    }

    /** Counts down for a word that pointed into another region than the one remembered. */
    private void drop(final long old) {
        final long hpa = old & ~Tce.PERMISSIONS;
        final PinnedRegion region = pinned.regionsAcquire().find(hpa - uaToHpa);
        if (region == null) {
            return;
        }
        if ((old & Tce.WRITE) != 0) {
            region.markDirty(hpa);
        }
        MappedCounts.addOwn(stripe, region.index(), -1);
    }
}
