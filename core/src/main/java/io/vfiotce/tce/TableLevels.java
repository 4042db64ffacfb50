package io.vfiotce.tce;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;

/**
 * The blocks of an IOMMU table: a tree of 1 to 5 levels whose lower blocks appear when they are needed, installed by
 * compare-and-set, and are found by address.
 *
 * <p>A block has 2 to the power of the bits of an entry's number that one level takes, all of the same size.
 *
 * @threads any; never freed while a thread may walk it
 * @ordering a level is installed by compare-and-set and found with acquire
 * @source Linux pnv_tce()
 */
public abstract class TableLevels {
    private final OffHeap offHeap;
    private final int levelBits;
    private final int topShift;
    private final long levelMask;
    private final long root;

    TableLevels(final OffHeap offHeap, final IommuTableGeometry geometry) {
        this.offHeap = offHeap;
        levelBits = geometry.levelBits();
        levelMask = (1L << levelBits) - 1;
        topShift = levelBits * (geometry.levels() - 1);
        root = geometry.isAllocatable() ? offHeap.allocateAddress(blockBytes()) : 0;
        if (root == 0) {
            throw new OutOfMemoryError("no memory for the first level of " + geometry);
        }
    }

    private long blockBytes() {
        return Tce.BYTES * (levelMask + 1);
    }

    /**
     * The leaf block of an entry, for the fast path.
     *
     * @param entry an entry of the table
     * @return its address, for {@link Words}; 0 if it is absent, and so all its entries are 0
     * @ordering acquire
     */
    public final long leafAddressAcquire(final long entry) {
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
     * @return word index
     */
    public final long leafIndex(final long entry) {
        return entry & levelMask;
    }

    /**
     * The first entry that does not share a leaf with this one.
     *
     * @param entry an entry of the table
     * @return first entry of the next leaf
     */
    public final long nextLeaf(final long entry) {
        return (entry | levelMask) + 1;
    }

    /**
     * The first entry after an absent leaf that may have one: a whole absent level is passed over in one step.
     *
     * @param entry an entry whose leaf is absent
     * @return a later entry; the table's size or more at its end
     */
    public final long afterAbsent(final long entry) {
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
    public final boolean isResident(final long first, final long count) {
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
    public final boolean makeResident(final long first, final long count) {
        final long end = first + count;
        for (long entry = first; entry < end; entry = nextLeaf(entry)) {
            long block = root;
            for (int shift = topShift; shift > 0; shift -= levelBits) {
                block = childOrNew(block, (entry >>> shift) & levelMask);
                if (block == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private long childOrNew(final long block, final long index) {
        final long there = Words.wordAcquire(block, index);
        if (there != 0) {
            return there;
        }
        final long fresh = offHeap.allocateAddress(blockBytes());
        if (fresh == 0 || Words.compareAndSetWord(block, index, 0, fresh)) {
            return fresh;
        }
        offHeap.freeAddress(fresh, blockBytes());
        return Words.wordAcquire(block, index);
    }

    final void freeLevels() {
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
        offHeap.freeAddress(block, blockBytes());
    }
}
