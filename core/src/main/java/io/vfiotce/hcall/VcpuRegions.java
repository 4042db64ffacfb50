package io.vfiotce.hcall;

import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import io.vfiotce.telemetry.HcallCounters;

/**
 * What one vCPU knows of registered memory: the stretch of guest memory that it mapped last, and its own counts of mappings.
 *
 * <p>A <em>stretch</em> lies in one memslot and in one region that is not closing. The usual check of a page is one
 * comparison with it; it is forgotten when {@link io.vfiotce.memory.ChangeCount} moves, which every closing mark does.
 *
 * <p>Once a call has checked its pages, nothing can fail any more: a region whose mark comes later is not freed before the
 * call has ended.
 *
 * @threads the vCPU's own
 * @ordering counts: release, after the exchange of the entry
 */
abstract class VcpuRegions extends VcpuState {
    private static final long LEAST = Long.MIN_VALUE;

    private final PinnedMemory pinned;
    private final long stripe;
    private final long uaToHpa;

    // Page size of the window that was mapped in last, which a region must have too.
    private long pageShift = Memslots.UNIT_SHIFT;

    // The stretch in units of Memslots.UNIT_SHIFT: its first, and its last counted from there.
    private long firstUnit;
    private long lastUnit = -1;

    // Two ranges as a call compares with them: what is added to make a range begin at LEAST, and its last number
    // then, so that one signed comparison says whether a number lies in a range of unsigned ones. First the TCEs
    // whose pages may start in the stretch, then the words that point into the region behind it.
    private long startBias;
    private long lastStart = LEAST;
    private long wordBias;
    private long lastWord = LEAST;
    private long gpaToHpa;
    private long mappableShift;
    private long regionPageShift;
    private int regionIndex;
    // Where the dirty mark of physical address 0 would be.
    private long dirtyMarks;

    VcpuRegions(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        super(environment, reader, counters);
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

    final void closeStripe() {
        pinned.counts().closeStripe(stripe);
    }

    /** Forgets the stretch, which was found by the copies of before. */
    final void forgetStretch() {
        firstUnit = 0;
        lastUnit = -1;
        lastStart = LEAST;
        // No word that has a permission is so small: what is replaced before the next stretch is found is looked up.
        lastWord = LEAST;
    }

    /**
     * Whether a page lies in the stretch that was mapped last.
     *
     * @param tce the TCE, with a permission, without reserved bits
     * @param pageLastUnit number of the page's last unit, from 0
     * @param pageShift log2 of the page size that the region must have
     * @return true if it may be mapped
     */
    final boolean isInStretch(final long tce, final long pageLastUnit, final long pageShift) {
        return startsUpTo(lastStartOf(pageLastUnit), tce) && hasPagesOf(pageShift);
    }

    /**
     * As {@link #isInStretch} for pages of one size, which is remembered.
     *
     * @param tce the TCE, with a permission, without reserved bits
     * @param shift log2 of the page size, which the region must have too
     * @return true if its page may be mapped
     */
    final boolean mayStart(final long tce, final long shift) {
        if (shift != pageShift) {
            usePages(shift);
        }
        return startsUpTo(lastStart, tce);
    }

    private void usePages(final long shift) {
        final long last = hasPagesOf(shift) ? lastStartOf((1L << shift - Memslots.UNIT_SHIFT) - 1) : LEAST;
        // No call from here on: an overflow of the stack leaves the size and its limit as they were.
        pageShift = shift;
        lastStart = last;
    }

    /** Whether the page of a TCE with a permission starts in the stretch, no later than a result of {@link #lastStartOf}. */
    final boolean startsUpTo(final long last, final long tce) {
        return tce + startBias <= last;
    }

    /** The last TCE whose page may start in the stretch, for {@link #startsUpTo}; less than every one if none may. */
    final long lastStartOf(final long lastUnitOfPage) {
        final long lastStartUnit = lastUnit - lastUnitOfPage;
        return lastStartUnit < 0 ? LEAST : LEAST + (lastStartUnit << Memslots.UNIT_SHIFT | Tce.PERMISSIONS);
    }

    /**
     * Whether a page may be mapped, and finds its stretch.
     *
     * @param tce the TCE, without reserved bits
     * @param pageLastUnit number of the page's last unit, from 0
     * @param pageShift log2 of the page size that the region must have
     * @return false if the page is not all in one memslot and one region, or the region is closing
     */
    final boolean isRegistered(final long tce, final long pageLastUnit, final long pageShift) {
        return isInStretch(tce, pageLastUnit, pageShift)
                || findStretch(tce, false) && isInStretch(tce, pageLastUnit, pageShift);
    }

    /** Finds the stretch of a page that this call has checked before. */
    final void findCheckedStretch(final long tce) {
        findStretch(tce, true);
    }

    private boolean findStretch(final long tce, final boolean closingToo) {
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
        final long first = slotUnit + start;
        final long last = Math.min(memslots.units(slot), regionEnd) - start - 1;
        final long toHpa = uaToHpa + slotUa - slotGpa;
        final int shift = region.pageShift();
        final int alignment = Long.numberOfTrailingZeros(toHpa);
        final long hpa = region.hpa();
        final long sizeBytes = region.sizeBytes();
        final int index = region.index();
        final long dirtyAddress = region.dirtyAddress();
        // No call from here to the last line, so that an overflow of the stack leaves one stretch or the other. What
        // may start in it is known last; until then nothing may.
        lastStart = LEAST;
        firstUnit = first;
        lastUnit = last;
        gpaToHpa = toHpa;
        regionPageShift = shift;
        // A page as large as the region's is one of the guest's only where both are aligned alike.
        mappableShift = shift < alignment ? shift : alignment;
        regionIndex = index;
        startBias = LEAST - (first << Memslots.UNIT_SHIFT);
        wordBias = LEAST - hpa;
        lastWord = LEAST + (sizeBytes - 1);
        // A region starts at a page of its own size.
        dirtyMarks = dirtyAddress - (hpa >>> shift);
        usePages(pageShift);
        return true;
    }

    /** First unit of the stretch; with {@link #lastUnit} for a check of many pages at once. */
    final long firstUnit() {
        return firstUnit;
    }

    final long lastUnit() {
        return lastUnit;
    }

    final boolean hasPagesOf(final long pageShift) {
        return mappableShift >= pageShift;
    }

    /**
     * The word that the hardware gets for a TCE whose page lies in the stretch.
     *
     * @param tce the TCE, with a permission
     * @return host physical address with permissions, a write permission bringing a read permission
     */
    final long hardwareWord(final long tce) {
        return gpaToHpa + tce | (tce & Tce.WRITE) >>> 1;
    }

    /**
     * Marks the page of a word of the stretch dirty if a device may write it. That is done before the word is exchanged: a mark
     * that waits for the word that is replaced would keep the next exchange waiting.
     *
     * @param word result of {@link #hardwareWord}
     */
    final void markDirtyIfWritable(final long word) {
        if ((word & Tce.WRITE) != 0) {
            Words.markByte(dirtyMarks, word >>> regionPageShift);
        }
    }

    /**
     * Counts for a word that was replaced.
     *
     * @param old the word before
     * @param word the word now: one of the stretch, or 0
     * @source Linux mm_iommu_mapped_inc(), mm_iommu_mapped_dec()
     */
    final void count(final long old, final long word) {
        final int entries = word == 0 ? 0 : 1;
        if (!countUsual(old, entries)) {
            countOther(old, entries);
        }
    }

    /**
     * As {@link #count} for the usual words: the page of the same region that is mapped again or unmapped, the empty entry.
     * So short that HotSpot inlines it wherever it is called: whether it would inline more hangs on how often each of its four
     * callers came here before.
     *
     * @param old the word before
     * @param entries 1 if a page is mapped now, 0 if none is
     * @return false, with nothing counted, if the word is another
     */
    final boolean countUsual(final long old, final int entries) {
        int more = entries;
        if ((old & Tce.PERMISSIONS) != 0) {
            if (!isInRegion(old)) {
                return false;
            }
            more--;
        }
        addMapped(more);
        return true;
    }

    private void addMapped(final int more) {
        if (more != 0) {
            MappedCounts.addOwn(stripe, regionIndex, more);
        }
    }

    /**
     * As {@link #countUsual(long, int)} for the entries of two tables that have the same word now.
     *
     * @param old the word before in one
     * @param older the word before in the other
     * @param entries 1 if a page is mapped now, 0 if none is
     * @return false, with nothing counted, unless both words are usual
     */
    final boolean countUsual(final long old, final long older, final int entries) {
        if (!isUsual(old) || !isUsual(older)) {
            return false;
        }
        countUsual(old, entries);
        countUsual(older, entries);
        return true;
    }

    private boolean isUsual(final long old) {
        return (old & Tce.PERMISSIONS) == 0 || isInRegion(old);
    }

    /** Whether a word with a permission points into the region behind the stretch. */
    private boolean isInRegion(final long word) {
        return word + wordBias <= lastWord;
    }

    /** As {@link #count} for a word that pointed into another region. */
    private void countOther(final long old, final int entries) {
        MappedCounts.addOwn(stripe, regionIndex, entries);
        final PinnedRegion region = pinned.regionsAcquire().find((old & ~Tce.PERMISSIONS) - uaToHpa);
        if (region != null) {
            MappedCounts.addOwn(stripe, region.index(), -1);
        }
    }
}
