package io.vfiotce.tce;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;

/**
 * The blocks of an IOMMU table: a tree of 1 to 5 levels whose lower blocks appear when they are needed, installed by
 * compare-and-set, and are found by address.
 *
 * <p>Every block has as many words as an entry's number has bits for one level. A leaf block may have as many again, for the
 * user addresses.
 *
 * @threads any; never freed while a thread may walk it
 * @ordering a level is installed by compare-and-set and found with acquire
 * @source Linux pnv_tce()
 */
public abstract class TableLevels {
    private final OffHeap offHeap;
    private final boolean userView;
    private final int levelBits;
    private final int topShift;
    private final long levelMask;
    private final long root;

    TableLevels(final OffHeap offHeap, final IommuTableGeometry geometry, final boolean userView) {
        this.offHeap = offHeap;
        this.userView = userView;
        levelBits = geometry.levelBits();
        levelMask = (1L << levelBits) - 1;
        topShift = levelBits * (geometry.levels() - 1);
        root = geometry.isAllocatable() ? offHeap.allocateAddress(blockBytes(topShift)) : 0;
        if (root == 0) {
            throw new OutOfMemoryError("no memory for the first level of " + geometry);
        }
    }

    /** {@return whether user addresses are kept; without them the fast path cannot map} */
    public final boolean hasUserView() {
        return userView;
    }

    private long blockBytes(final int shift) {
        final long words = Tce.BYTES * (levelMask + 1);
        return shift == 0 && userView ? 2 * words : words;
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
     * @return word index of the hardware word
     */
    public final long leafIndex(final long entry) {
        return entry & levelMask;
    }

    /**
     * Where an entry's user address lies in its leaf block; only if {@link #hasUserView}.
     *
     * @param entry an entry of the table
     * @return word index of the user address
     */
    public final long userIndex(final long entry) {
        return (entry & levelMask) + levelMask + 1;
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
        final long fresh = offHeap.allocateAddress(bytes);
        if (fresh == 0 || Words.compareAndSetWord(block, index, 0, fresh)) {
            return fresh;
        }
        offHeap.freeAddress(fresh, bytes);
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
        offHeap.freeAddress(block, blockBytes(shift));
    }
}
