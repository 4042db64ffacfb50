package io.vfiotce.tce;

import io.vfiotce.memory.UserProcess;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;

/**
 * The table that the hardware walks: for each I/O page a big-endian host physical address with permission bits, and beside
 * it the user address that it was mapped from.
 *
 * <p>Words lie in blocks of one level each. The first block is there from the start; lower ones appear when an entry below
 * them is first mapped, installed by compare-and-set, and an absent one reads as zeros. A leaf block holds its hardware
 * words first and then, if the table has a user-address view, as many user addresses.
 *
 * <pre>
 *   entry = IOBA >>> pageShift, less offsetPages
 *
 *   root ── level n-1 ── ... ── leaf: [ hardware words | user addresses ]
 * </pre>
 *
 * <p><b>Lifetime.</b> References count who may reach the table: its container, the groups it is set on, the LIOBNs it is
 * attached to. {@link #die} detaches it from all LIOBNs; the last {@link #put} frees it after a grace period.
 *
 * @threads any; entries are exchanged atomically, the user-address view is stored after its entry, so that two writers of
 *     one entry may leave the other's user address
 * @ordering levels: compare-and-set / acquire; entries: atomic exchange / acquire; user addresses: release / acquire
 * @source Linux struct iommu_table, arch/powerpc/platforms/powernv/pci-ioda-tce.c
 */
public final class IommuTable {
    private final UserProcess process;
    private final IommuTableGeometry geometry;
    private final boolean userView;
    private final long offsetPages;
    private final long sizePages;
    private final int pageShift;
    private final int levelBits;
    private final int topShift;
    private final long levelMask;
    private final long root;
    private final TableLinks links;
    private final Invalidations invalidations = new Invalidations();
    private int references = 1;

    /**
     * Creates a table with its first level.
     *
     * @param process the process that is charged and whose readers are waited for
     * @param geometry a valid geometry
     * @param userView whether the table has a user-address view
     * @throws OutOfMemoryError if there is no memory; nothing is left behind
     */
    public IommuTable(final UserProcess process, final IommuTableGeometry geometry, final boolean userView) {
        if (!geometry.isValid()) {
            throw new IllegalArgumentException("no table can be made for " + geometry);
        }
        this.process = process;
        this.geometry = geometry;
        this.userView = userView;
        pageShift = geometry.pageShift();
        offsetPages = geometry.offsetPages();
        sizePages = geometry.sizePages();
        levelBits = geometry.levelBits();
        levelMask = (1L << levelBits) - 1;
        topShift = levelBits * (geometry.levels() - 1);
        links = new TableLinks(this);
        root = geometry.isAllocatable() ? process.offHeap().allocateAddress(blockBytes(topShift)) : 0;
        if (root == 0) {
            throw new OutOfMemoryError("no memory for the first level of " + geometry);
        }
    }

    private long blockBytes(final int shift) {
        final long words = Tce.BYTES * (levelMask + 1);
        return shift == 0 && userView ? 2 * words : words;
    }

    /** {@return the table's shape} */
    public IommuTableGeometry geometry() {
        return geometry;
    }

    /** {@return log2 of the I/O page size in bytes} */
    public int pageShift() {
        return pageShift;
    }

    /** {@return number of entries} */
    public long sizePages() {
        return sizePages;
    }

    /** {@return whether user addresses are kept; without them the fast path cannot map} */
    public boolean hasUserView() {
        return userView;
    }

    /** {@return the LIOBNs that the table is attached to} */
    public TableLinks links() {
        return links;
    }

    /**
     * The entry of a bus address.
     *
     * @param ioba bus address in bytes
     * @return the entry whose page holds it; -1 outside the table
     */
    public long entry(final long ioba) {
        final long entry = (ioba >>> pageShift) - offsetPages;
        return Long.compareUnsigned(entry, sizePages) < 0 ? entry : -1;
    }

    /**
     * The leaf block of an entry, for the fast path.
     *
     * @param entry an entry of the table
     * @return its address, for {@link Words}; 0 if it is absent, and so all its entries are 0
     * @ordering acquire
     */
    public long leafAddressAcquire(final long entry) {
        long block = root;
        for (int shift = topShift; shift > 0 && block != 0; shift -= levelBits) {
            block = Words.wordAcquire(block, (entry >>> shift) & levelMask);
        }
        return block;
    }

    /**
     * Where an entry lies in its leaf block.
     *
     * @param entry an entry of the table
     * @return word index of the hardware word
     */
    public long leafIndex(final long entry) {
        return entry & levelMask;
    }

    /**
     * Where an entry's user address lies in its leaf block; only if {@link #hasUserView}.
     *
     * @param entry an entry of the table
     * @return word index of the user address
     */
    public long userIndex(final long entry) {
        return (entry & levelMask) + levelMask + 1;
    }

    /**
     * The first entry that does not share a leaf with this one.
     *
     * @param entry an entry of the table
     * @return first entry of the next leaf
     */
    public long nextLeaf(final long entry) {
        return (entry | levelMask) + 1;
    }

    /**
     * The first entry after an absent leaf that may have one: a whole absent level is passed over in one step.
     *
     * @param entry an entry whose leaf is absent
     * @return a later entry; the table's size or more at its end
     */
    public long afterAbsent(final long entry) {
        long block = root;
        int shift = topShift;
        while (shift > 0) {
            block = Words.wordAcquire(block, (entry >>> shift) & levelMask);
            if (block == 0) {
                return ((entry >>> shift) + 1) << shift;
            }
            shift -= levelBits;
        }
        return entry;
    }

    /**
     * Whether every leaf of a range is there.
     *
     * @param first first entry
     * @param count number of entries
     * @return true if mapping the range needs no memory
     */
    public boolean isResident(final long first, final long count) {
        final long end = first + count;
        for (long entry = first; entry < end; entry = nextLeaf(entry)) {
            if (leafAddressAcquire(entry) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes the leaves of a range present.
     *
     * @param first first entry
     * @param count number of entries
     * @return false if memory ran out; levels made before stay, empty
     * @threads any but real mode; of two threads that make one level, one frees its own
     * @source Linux pnv_tce() with alloc set
     */
    public boolean makeResident(final long first, final long count) {
        final long end = first + count;
        for (long entry = first; entry < end; entry = nextLeaf(entry)) {
            long block = root;
            for (int shift = topShift; shift > 0; shift -= levelBits) {
                block = childOrNew(block, (entry >>> shift) & levelMask, shift - levelBits);
                if (block == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private long childOrNew(final long block, final long index, final int childShift) {
        final long there = Words.wordAcquire(block, index);
        if (there != 0) {
            return there;
        }
        final long bytes = blockBytes(childShift);
        final long fresh = process.offHeap().allocateAddress(bytes);
        if (fresh == 0 || Words.compareAndSetWord(block, index, 0, fresh)) {
            return fresh;
        }
        process.offHeap().freeAddress(fresh, bytes);
        return Words.wordAcquire(block, index);
    }

    /**
     * Reads the hardware view of an entry.
     *
     * @param entry an entry of the table
     * @return host physical address with permission bits in the machine's byte order, 0 if nothing was ever mapped
     * @ordering acquire
     */
    public long hardwareTceAcquire(final long entry) {
        final long leaf = leafAddressAcquire(entry);
        return leaf == 0 ? 0 : Words.bigEndian(Words.wordAcquire(leaf, leafIndex(entry)));
    }

    /**
     * Reads the user-address view of an entry.
     *
     * @param entry an entry of the table
     * @return the user address that is mapped, 0 if nothing is or the table has no such view
     * @ordering acquire
     */
    public long userAddressAcquire(final long entry) {
        final long leaf = userView ? leafAddressAcquire(entry) : 0;
        return leaf == 0 ? 0 : Words.bigEndian(Words.wordAcquire(leaf, userIndex(entry)));
    }

    /**
     * Replaces an entry whose leaf is there.
     *
     * @param leaf result of {@link #leafAddressAcquire}, not 0
     * @param entry the entry
     * @param tce host physical address with permission bits, 0 for none; a write permission brings a read permission
     * @return the word before, likewise
     * @ordering a full fence
     * @source Linux pnv_tce_xchg()
     */
    public long exchange(final long leaf, final long entry, final long tce) {
        return Words.bigEndian(
                Words.getAndSetWord(leaf, leafIndex(entry), Words.bigEndian(tce | (tce & Tce.WRITE) >>> 1)));
    }

    /**
     * Stores an entry's user address.
     *
     * @param leaf result of {@link #leafAddressAcquire}, not 0
     * @param entry the entry
     * @param ua the user address, 0 for none
     * @ordering release
     */
    public void setUserAddressRelease(final long leaf, final long entry, final long ua) {
        Words.setWordRelease(leaf, userIndex(entry), Words.bigEndian(ua));
    }

    /**
     * Finds an entry with a permission, passing over absent leaves in one step each.
     *
     * @param from first entry to look at
     * @return the next entry from there on that is mapped; -1 if there is none
     * @ordering each entry is loaded with acquire; entries written meanwhile may or may not be found
     */
    public long nextMapped(final long from) {
        long entry = from;
        while (entry < sizePages) {
            final long leaf = leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = afterAbsent(entry);
            } else if ((Words.bigEndian(Words.wordAcquire(leaf, leafIndex(entry))) & Tce.PERMISSIONS) != 0) {
                return entry;
            } else {
                entry++;
            }
        }
        return -1;
    }

    /**
     * Takes a reference.
     *
     * @return false if the table is being freed already
     * @source Linux iommu_tce_table_get()
     */
    public synchronized boolean get() {
        if (references == 0) {
            return false;
        }
        references++;
        return true;
    }

    /**
     * Gives a reference back; the last one frees the table after a grace period. Its entries must be clear.
     *
     * @source Linux iommu_tce_table_put()
     */
    public synchronized void put() {
        if (references == 0) {
            throw new IllegalStateException("a reference too many was given back to " + geometry);
        }
        if (--references == 0) {
            process.reclaimer().defer(this::free);
        }
    }

    /** {@return references held now} */
    public synchronized int references() {
        return references;
    }

    /**
     * Takes the table away from the hypercalls: it leaves every LIOBN for good. After a grace period none uses it.
     */
    public void die() {
        links.die();
    }

    /**
     * Adds a listener of changes, once for each group that the table is set on.
     *
     * @param listener whom to tell
     */
    public void addInvalidation(final TceInvalidation listener) {
        invalidations.add(listener);
    }

    /**
     * Removes a listener once.
     *
     * @param listener whom to tell no more; nothing happens if it is not there
     */
    public void removeInvalidation(final TceInvalidation listener) {
        invalidations.remove(listener);
    }

    /** {@return whether anybody is told of changes} */
    public boolean hasInvalidation() {
        return invalidations.listeners() != null;
    }

    /** {@return calls in which a listener threw} */
    public long failedInvalidations() {
        return invalidations.failures();
    }

    /**
     * Tells every listener of changed entries, once for all of them; one that throws is counted and passed over.
     *
     * @param firstEntry first entry that changed
     * @param count number of entries; nobody is told of 0
     * @ordering a full fence between the stores of the entries and the calls
     */
    public void invalidate(final long firstEntry, final long count) {
        if (count != 0) {
            invalidations.invalidate((offsetPages + firstEntry) << pageShift, count, pageShift);
        }
    }

    private void free() {
        freeBlock(root, topShift);
    }

    private void freeBlock(final long block, final int shift) {
        if (shift > 0) {
            for (long i = 0; i <= levelMask; i++) {
                final long child = Words.wordAcquire(block, i);
                if (child != 0) {
                    freeBlock(child, shift - levelBits);
                }
            }
        }
        process.offHeap().freeAddress(block, blockBytes(shift));
    }
}
