package io.vfiotce.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bits that many threads set and one takes, off heap: a tree of blocks of 4 KiB that appear where a bit is first set.
 *
 * <p>A leaf holds 32,768 bits, a block above it leads to 512 blocks below. If there is no memory for a block the bitmap says
 * from then on that {@linkplain #hasLost it has lost} bits, and so any may be set: setting never fails.
 *
 * @threads setting: any, lock-free. Taking: one thread at a time, while others set. {@link #clear}: nobody else may use it
 * @ordering a bit is set by an atomic or, unless an acquire load shows that it is set already, and taken by an atomic and. Who
 *     finds it set already may have looked just before it was taken: whoever takes bits and wants to see what was written
 *     after they were set waits for a grace period first, which the setting threads' writes are then before
 */
public final class SparseBitmap {
    /** Most bits of a bitmap, as log2. */
    public static final int MAX_SIZE_SHIFT = 60;

    private static final int BLOCK_BYTES = 4096;
    private static final int WORD_SHIFT = 6;
    private static final int LEAF_SHIFT = 15;
    private static final int LEAF_MASK = (1 << LEAF_SHIFT) - 1;
    private static final int FANOUT_SHIFT = 9;
    private static final int FANOUT_MASK = (1 << FANOUT_SHIFT) - 1;

    private final OffHeap offHeap;
    private final int sizeShift;
    // A bit's number, shifted so far to the right, gives its place in the root block; below LEAF_SHIFT if the root is a
    // leaf.
    private final int rootShift;
    private final AtomicLong root = new AtomicLong();
    private volatile boolean lost;

    /**
     * Creates a bitmap with no bit set, and no memory off heap.
     *
     * @param sizeShift log2 of the number of bits, at most {@value #MAX_SIZE_SHIFT}
     * @param offHeap where blocks come from
     */
    public SparseBitmap(final int sizeShift, final OffHeap offHeap) {
        if (sizeShift < 0 || sizeShift > MAX_SIZE_SHIFT) {
            throw new IllegalArgumentException("no bitmap has 2^" + sizeShift + " bits");
        }
        this.offHeap = offHeap;
        this.sizeShift = sizeShift;
        int shift = LEAF_SHIFT - FANOUT_SHIFT;
        while (shift + FANOUT_SHIFT < sizeShift) {
            shift += FANOUT_SHIFT;
        }
        rootShift = shift;
    }

    /** {@return log2 of the number of bits} */
    public int sizeShift() {
        return sizeShift;
    }

    /** {@return whether bits were lost for want of memory, so that every bit must be taken for set; {@link #clear} ends it} */
    public boolean hasLost() {
        return lost;
    }

    /**
     * Sets a bit.
     *
     * @param bit its number; beyond the size it is lost
     * @cost no heap allocation; a load and a few dependent ones if it is set already
     */
    public void set(final long bit) {
        if (bit >>> sizeShift == 0) {
            setInWord(bit, 1L << bit);
        } else {
            lost = true;
        }
    }

    /**
     * Sets consecutive bits.
     *
     * @param first number of the first
     * @param count how many; what lies beyond the size is lost
     */
    public void setRange(final long first, final long count) {
        final long size = 1L << sizeShift;
        if (count <= 0) {
            return;
        }
        if (first < 0 || first >= size || count > size - first) {
            lost = true;
        }
        final long end = first < 0 || first >= size ? first : first + Math.min(count, size - first);
        long bit = first;
        while (bit < end) {
            final long wordEnd = Math.min(end, wordEnd(bit));
            setInWord(bit, mask(bit, wordEnd));
            bit = wordEnd;
        }
    }

    private void setInWord(final long bit, final long bits) {
        final long leaf = leafOrNew(bit);
        if (leaf == 0) {
            lost = true;
        } else if ((Words.wordAcquire(leaf, wordIndex(bit)) & bits) != bits) {
            Words.setBits(leaf, wordIndex(bit), bits);
        }
    }

    /**
     * Whether a bit is set.
     *
     * @param bit its number
     * @return true if it is, or bits were lost
     */
    public boolean isSet(final long bit) {
        if (lost) {
            return true;
        }
        final long leaf = bit >>> sizeShift == 0 ? leafAcquire(bit) : 0;
        return leaf != 0 && (Words.wordAcquire(leaf, wordIndex(bit)) & 1L << bit) != 0;
    }

    /**
     * Takes the bits of a range out of this bitmap and sets them in another. If this one has lost bits, so has the other one
     * then.
     *
     * @param first number of the first bit
     * @param count how many; the range lies within the size
     * @param target the other bitmap, at least as large
     * @cost absent blocks are passed over in one step each
     */
    public void moveTo(final long first, final long count, final SparseBitmap target) {
        if (lost) {
            target.lost = true;
        }
        final long end = first + count;
        long bit = nextPresent(first, end);
        while (bit < end) {
            final long leaf = leafAcquire(bit);
            final long leafEnd = Math.min(end, (bit | LEAF_MASK) + 1);
            while (bit < leafEnd) {
                final long wordEnd = Math.min(leafEnd, wordEnd(bit));
                final long bits = mask(bit, wordEnd);
                if ((Words.wordAcquire(leaf, wordIndex(bit)) & bits) != 0) {
                    target.setInWord(bit, Words.takeBits(leaf, wordIndex(bit), bits));
                }
                bit = wordEnd;
            }
            bit = nextPresent(bit, end);
        }
    }

    /**
     * Gives the bits of a range as runs, in ascending order; they stay set. If bits were lost, the range is one run.
     *
     * @param first number of the first bit
     * @param count how many; the range lies within the size
     * @param runs whom to give them to
     */
    public void forEachRun(final long first, final long count, final BitRuns runs) {
        if (lost) {
            if (count > 0) {
                runs.run(first, count);
            }
            return;
        }
        final long end = first + count;
        long runFirst = 0;
        long runEnd = -1;
        long bit = nextPresent(first, end);
        while (bit < end) {
            final long wordEnd = Math.min(end, wordEnd(bit));
            final long wordFirst = wordEnd(bit) - Long.SIZE;
            long bits = Words.wordAcquire(leafAcquire(bit), wordIndex(bit)) & mask(bit, wordEnd);
            while (bits != 0) {
                final int from = Long.numberOfTrailingZeros(bits);
                final int length = Long.numberOfTrailingZeros(~(bits >>> from));
                if (runEnd != wordFirst + from) {
                    give(runFirst, runEnd, runs);
                    runFirst = wordFirst + from;
                }
                runEnd = wordFirst + from + length;
                bits &= ~mask(from, from + length);
            }
            bit = nextPresent(wordEnd, end);
        }
        give(runFirst, runEnd, runs);
    }

    private static void give(final long first, final long end, final BitRuns runs) {
        if (end >= 0) {
            runs.run(first, end - first);
        }
    }

    /** Clears every bit, forgets that bits were lost, and frees all blocks. */
    public void clear() {
        final long block = root.getAndSet(0);
        if (block != 0) {
            free(block, rootShift);
        }
        lost = false;
    }

    private void free(final long block, final int shift) {
        if (shift >= LEAF_SHIFT) {
            for (int i = 0; i <= FANOUT_MASK; i++) {
                final long below = Words.wordAcquire(block, i);
                if (below != 0) {
                    free(below, shift - FANOUT_SHIFT);
                }
            }
        }
        offHeap.freeAddress(block, BLOCK_BYTES);
    }

    private long leafAcquire(final long bit) {
        long block = root.get();
        for (int shift = rootShift; shift >= LEAF_SHIFT && block != 0; shift -= FANOUT_SHIFT) {
            block = Words.wordAcquire(block, bit >>> shift & FANOUT_MASK);
        }
        return block;
    }

    /** The leaf of a bit, made if it is absent; 0 if there is no memory. */
    private long leafOrNew(final long bit) {
        long block = root.get();
        if (block == 0) {
            block = newRoot();
        }
        for (int shift = rootShift; shift >= LEAF_SHIFT && block != 0; shift -= FANOUT_SHIFT) {
            final long index = bit >>> shift & FANOUT_MASK;
            final long below = Words.wordAcquire(block, index);
            block = below != 0 ? below : newBlock(block, index);
        }
        return block;
    }

    private long newRoot() {
        final long fresh = offHeap.allocateAddress(BLOCK_BYTES);
        if (fresh == 0 || root.compareAndSet(0, fresh)) {
            return fresh;
        }
        offHeap.freeAddress(fresh, BLOCK_BYTES);
        return root.get();
    }

    private long newBlock(final long above, final long index) {
        final long fresh = offHeap.allocateAddress(BLOCK_BYTES);
        if (fresh == 0 || Words.compareAndSetWord(above, index, 0, fresh)) {
            return fresh;
        }
        // Another thread was faster; nobody has seen this one.
        offHeap.freeAddress(fresh, BLOCK_BYTES);
        return Words.wordAcquire(above, index);
    }

    /** The first bit of a range whose leaf is present; the range's end if there is none. */
    private long nextPresent(final long from, final long end) {
        long bit = from;
        while (bit < end) {
            long block = root.get();
            int passed = rootShift + FANOUT_SHIFT;
            for (int shift = rootShift; shift >= LEAF_SHIFT && block != 0; shift -= FANOUT_SHIFT) {
                block = Words.wordAcquire(block, bit >>> shift & FANOUT_MASK);
                passed = shift;
            }
            if (block != 0) {
                return bit;
            }
            bit = ((bit >>> passed) + 1) << passed;
        }
        return end;
    }

    private static long wordIndex(final long bit) {
        return (bit & LEAF_MASK) >>> WORD_SHIFT;
    }

    private static long wordEnd(final long bit) {
        return (bit | (Long.SIZE - 1)) + 1;
    }

    /** The bits of one word from a number up to another. */
    private static long mask(final long first, final long end) {
        return -1L >>> (Long.SIZE - (end - first)) << first;
    }
}
