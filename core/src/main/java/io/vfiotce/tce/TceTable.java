package io.vfiotce.tce;

import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.PageSlots;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Guest view of one DMA window: a 64-bit TCE per window page, as the guest wrote it, held off heap.
 *
 * <p>The words lie in <em>leaves</em> of one host page each; a leaf appears when a word other than 0 is first stored in its
 * range, and an absent leaf reads as zeros. Entry {@code e} covers bus bytes {@code [(offsetPages + e) << pageShift, + 1
 * page)} and lies in leaf {@code e >>> leafShift}.
 *
 * <p><b>Writers and readers.</b> Any vCPU may write any entry. Two writers of one entry race as hardware would: a later
 * store wins and no reader sees a mixed value.
 *
 * <p><b>Lifetime.</b> Reachable from a {@link LiobnDirectory} until removed; leaves are freed after a grace period.
 *
 * @ordering leaves: release / acquire slots; entries: release stores / acquire loads; geometry: final fields
 * @source Linux struct kvmppc_spapr_tce_table
 */
public final class TceTable {
    /** Most entries that one store loop handles between two safepoint polls. */
    public static final int SLICE_ENTRIES = 512;

    private static final AtomicLong GENERATIONS = new AtomicLong();

    private final long liobn;
    private final long offsetPages;
    private final long sizePages;
    private final long lastEntry;
    private final long pageMask;
    private final long reservedBits;
    private final int pageShift;
    private final int leafShift;
    private final int leafMask;
    private final long[] flatAddresses;
    private final Leaves leaves;
    private final WindowGeometry geometry;
    private final long pageLastUnit;
    private final AttachedTables attached = new AttachedTables();
    private final UserspaceSide userspaceSide = new UserspaceSide();
    private final long generation = GENERATIONS.incrementAndGet();

    /**
     * Creates a table without leaves.
     *
     * @param geometry a valid geometry
     * @param hostPageShift log2 of the host page size in bytes: the size of a leaf
     * @param offHeap where leaves come from
     * @throws IllegalArgumentException if the geometry is not valid or {@link #isRepresentable} says no
     */
    public TceTable(final WindowGeometry geometry, final int hostPageShift, final OffHeap offHeap) {
        if (!geometry.isValid() || !isRepresentable(geometry, hostPageShift)) {
            throw new IllegalArgumentException("no table can be made for " + geometry);
        }
        this.geometry = geometry;
        liobn = geometry.liobn();
        pageShift = geometry.pageShift();
        pageMask = (1L << pageShift) - 1;
        reservedBits = Tce.reservedBits(pageShift);
        offsetPages = geometry.offsetPages();
        sizePages = geometry.sizePages();
        lastEntry = sizePages - 1;
        pageLastUnit = pageMask >>> Memslots.UNIT_SHIFT;
        leafShift = hostPageShift - 3;
        leafMask = (1 << leafShift) - 1;
        leaves = new Leaves(leafCount(geometry, hostPageShift), Tce.BYTES << leafShift, offHeap);
        flatAddresses = leaves.flatAddresses();
    }

    /**
     * Whether a table of this size can be described at all; larger ones run out of memory for the description.
     *
     * @param geometry a valid geometry
     * @param hostPageShift log2 of the host page size in bytes
     * @return false for windows of more than 2^30 leaves
     */
    public static boolean isRepresentable(final WindowGeometry geometry, final int hostPageShift) {
        return Leaves.isRepresentable(leafCount(geometry, hostPageShift));
    }

    private static long leafCount(final WindowGeometry geometry, final int hostPageShift) {
        // Valid sizes stay below 2^52, so the rounding up cannot wrap.
        return (geometry.sizePages() + (1L << (hostPageShift - 3)) - 1) >>> (hostPageShift - 3);
    }

    /** {@return the window's logical I/O bus number} */
    public long liobn() {
        return liobn;
    }

    /** {@return log2 of the I/O page size in bytes} */
    public int pageShift() {
        return pageShift;
    }

    /** {@return number of entries} */
    public long sizePages() {
        return sizePages;
    }

    /** {@return the window this table describes} */
    public WindowGeometry geometry() {
        return geometry;
    }

    /** {@return a number that no other table of this process has, so that a reused LIOBN is told from its former use} */
    public long generation() {
        return generation;
    }

    /** {@return the IOMMU tables that are attached to the window: a store goes to them first} */
    public AttachedTables attached() {
        return attached;
    }

    /** {@return the window as userspace has it} */
    public UserspaceSide userspaceSide() {
        return userspaceSide;
    }

    /** {@return number of the last unit of {@code 2^}{@link Memslots#UNIT_SHIFT} bytes in an I/O page, from 0} */
    public long pageLastUnit() {
        return pageLastUnit;
    }

    /** {@return mask of the bits that must be 0 in a TCE with a permission} */
    public long reservedBits() {
        return reservedBits;
    }

    /**
     * Checks a range of bus addresses against the window.
     *
     * @param ioba bus address in bytes
     * @param count number of pages, unsigned; 0 passes from the window's start up to and including its end
     * @return the first entry; -1 if {@code ioba} is not page aligned or any part lies outside the window
     * @source Linux kvmppc_ioba_validate(), iommu_tce_check_ioba()
     */
    public long firstEntry(final long ioba, final long count) {
        // Pages and sizes stay below 2^53, so their differences are exact and a sign bit tells what is out of range.
        // A count of 2^63 or more is negative; the others cannot overflow once the entry is known to be inside.
        final long entry = (ioba >>> pageShift) - offsetPages;
        final long room = sizePages - entry;
        return (ioba & pageMask) != 0 || (entry | room | count | (room - count)) < 0 ? -1 : entry;
    }

    /**
     * Checks one bus address against the window: {@link #firstEntry} for a single page.
     *
     * @param ioba bus address in bytes
     * @return the entry; -1 if {@code ioba} is not page aligned or lies outside the window
     */
    public long entry(final long ioba) {
        final long entry = (ioba >>> pageShift) - offsetPages;
        return (ioba & pageMask) != 0 || (entry | (lastEntry - entry)) < 0 ? -1 : entry;
    }

    /**
     * The leaf of an entry, for the fast path.
     *
     * @param entry an entry of the window
     * @return address of the leaf, for {@link Words}; 0 if it is absent, and so all its entries are 0
     * @ordering acquire
     */
    public long leafAddressAcquire(final long entry) {
        final long[] addresses = flatAddresses;
        final long leaf = entry >>> leafShift;
        return addresses != null ? PageSlots.addressAcquire(addresses, (int) leaf) : leaves.addressAcquire(leaf);
    }

    /**
     * Where an entry lies in its leaf.
     *
     * @param entry an entry of the window
     * @return word index in the leaf
     */
    public int leafIndex(final long entry) {
        return (int) entry & leafMask;
    }

    /**
     * The first entry that does not share a leaf with this one.
     *
     * @param entry an entry of the window
     * @return first entry of the next leaf
     */
    public long nextLeaf(final long entry) {
        return (entry | leafMask) + 1;
    }

    /**
     * Whether every host page of the guest view that a range touches is present.
     *
     * @param first first entry
     * @param count number of entries; 0 in the middle of a leaf touches that leaf, at its start none
     * @return true if all leaves are present
     */
    public boolean isResident(final long first, final long count) {
        final long end = first + count;
        for (long entry = first & ~leafMask; entry < end; entry += leafMask + 1) {
            if (leafAddressAcquire(entry) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads an entry.
     *
     * @param entry an entry of the window
     * @return the TCE as last written, 0 if never
     * @ordering acquire
     */
    public long tceAcquire(final long entry) {
        final long leaf = leafAddressAcquire(entry);
        return leaf == 0 ? 0 : Words.wordAcquire(leaf, leafIndex(entry));
    }

    /**
     * Finds an entry that is not 0, passing over absent leaves in one step each.
     *
     * @param from first entry to look at
     * @return the next entry from there on that is not 0; -1 if there is none
     * @ordering each entry is loaded with acquire; entries written meanwhile may or may not be found
     */
    public long nextNonZero(final long from) {
        long entry = from;
        while (entry < sizePages) {
            final long leaf = leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = afterAbsentLeaf(entry);
            } else if (Words.wordAcquire(leaf, leafIndex(entry)) != 0) {
                return entry;
            } else {
                entry++;
            }
        }
        return -1;
    }

    /**
     * Finds an entry whose leaf is present.
     *
     * @param from first entry to look at
     * @return that entry if its leaf is present, else the first one of the next leaf that is; -1 if there is none
     * @ordering acquire
     */
    public long nextResident(final long from) {
        long entry = from;
        while (entry < sizePages && leafAddressAcquire(entry) == 0) {
            entry = afterAbsentLeaf(entry);
        }
        return entry < sizePages ? entry : -1;
    }

    /**
     * Copies entries of one leaf, each read once.
     *
     * @param first first entry; its leaf is present
     * @param words receives the entries from index 0
     * @param count how many, all in that leaf
     * @ordering acquire, entry by entry: the copy as a whole is of no one moment
     */
    public void copyAcquire(final long first, final long[] words, final int count) {
        final long leaf = leafAddressAcquire(first);
        final int index = leafIndex(first);
        for (int i = 0; i < count; i++) {
            words[i] = Words.wordAcquire(leaf, index + i);
        }
    }

    /**
     * Writes one value to consecutive entries whose leaves are present; entries of absent leaves are left alone.
     *
     * @param first first entry
     * @param count number of entries
     * @param tce the value
     * @ordering release, entry by entry in slices with a safepoint poll between them
     * @cost absent leaves are passed over one by one, absent chunks of 256 leaves in one step
     */
    public void fillResidentRelease(final long first, final long count, final long tce) {
        final long end = first + count;
        long entry = first;
        while (entry < end) {
            final WordPage leaf = leaves.pageAcquire(entry >>> leafShift);
            if (leaf == null) {
                entry = afterAbsentLeaf(entry);
            } else {
                final int index = leafIndex(entry);
                final int slice = (int) Math.min(end - entry, Math.min(SLICE_ENTRIES, leafMask + 1 - index));
                leaf.fillRelease(index, slice, tce);
                entry += slice;
            }
        }
    }

    private long afterAbsentLeaf(final long entry) {
        return leaves.afterAbsent(entry >>> leafShift) << leafShift;
    }

    /**
     * Writes the words of a list to consecutive entries whose leaves are present.
     *
     * @param first first entry
     * @param list the words, private to the caller
     * @param count how many, at most the list's length
     * @ordering release, in ascending order
     */
    public void storeResidentRelease(final long first, final WordPage list, final int count) {
        int done = 0;
        while (done < count) {
            final int index = leafIndex(first + done);
            final int slice = Math.min(count - done, leafMask + 1 - index);
            final WordPage leaf = leaves.pageAcquire((first + done) >>> leafShift);
            if (leaf != null) {
                leaf.storeRelease(index, list, done, slice);
            }
            done += slice;
        }
    }

    /**
     * Makes the leaves of a range present, as a store of words other than 0 would.
     *
     * @param first first entry
     * @param count number of entries
     * @return false if memory ran out; leaves made before stay, empty
     * @threads any but real mode: takes the table's lock when a leaf is absent
     */
    public boolean makeResident(final long first, final long count) {
        final long end = first + count;
        for (long entry = first & ~leafMask; entry < end; entry += leafMask + 1) {
            if (leafAddressAcquire(entry) == 0 && !leaves.add(entry >>> leafShift)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes one value to consecutive entries.
     *
     * @param first first entry
     * @param count number of entries
     * @param tce the value; 0 leaves absent leaves absent
     * @return false, with nothing written, if memory ran out
     * @threads any but real mode
     */
    public boolean fill(final long first, final long count, final long tce) {
        // No pages touch no leaf, though residency of the place where they would lie is asked about.
        if (tce != 0 && count != 0 && !makeResident(first, count)) {
            return false;
        }
        fillResidentRelease(first, count, tce);
        return true;
    }

    /**
     * Writes the words of a list to consecutive entries.
     *
     * @param first first entry
     * @param list the words, private to the caller; a 0 leaves an absent leaf absent
     * @param count how many, at most the list's length
     * @return false, with nothing written, if memory ran out
     * @threads any but real mode
     */
    public boolean store(final long first, final WordPage list, final int count) {
        if (!isResident(first, count)) {
            for (int i = 0; i < count; i++) {
                if (list.wordPlain(i) != 0 && !makeResident(first + i, 1)) {
                    return false;
                }
            }
        }
        storeResidentRelease(first, list, count);
        return true;
    }

    /** Frees every leaf. No thread may use the table any more. */
    public void free() {
        leaves.free();
    }
}
