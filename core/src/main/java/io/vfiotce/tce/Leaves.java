package io.vfiotce.tce;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.PageSlots;
import io.vfiotce.memory.Slots;
import io.vfiotce.memory.WordPage;

/**
 * The leaves of one table: a flat array for windows of up to 2^14 leaves, else chunks of 256 that are made on demand.
 *
 * @threads readers any; {@link #add} excludes other writers by this object's lock
 * @ordering leaves and chunks are published with release and found with acquire
 */
public final class Leaves {
    private static final int FLAT_LEAVES_SHIFT = 14;
    private static final int CHUNK_SHIFT = 8;
    private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
    private static final long MAX_CHUNKS = 1L << 22;

    private final PageSlots flat;
    private final PageSlots[] chunks;
    private final OffHeap offHeap;
    private final int leafBytes;

    Leaves(final long count, final int leafBytes, final OffHeap offHeap) {
        this.leafBytes = leafBytes;
        this.offHeap = offHeap;
        final boolean isFlat = count <= 1L << FLAT_LEAVES_SHIFT;
        flat = isFlat ? new PageSlots((int) count) : null;
        chunks = isFlat ? null : new PageSlots[(int) chunkCount(count)];
    }

    static boolean isRepresentable(final long count) {
        return chunkCount(count) <= MAX_CHUNKS;
    }

    private static long chunkCount(final long count) {
        return (count + CHUNK_MASK) >>> CHUNK_SHIFT;
    }

    /** The addresses of all leaves, or null if they are in chunks. */
    long[] flatAddresses() {
        return flat == null ? null : flat.addresses();
    }

    /** The address of a leaf, 0 if it is absent. */
    long addressAcquire(final long leaf) {
        final PageSlots slots = slotsAcquire(leaf);
        return slots == null ? 0 : PageSlots.addressAcquire(slots.addresses(), slot(leaf));
    }

    /** A leaf as a buffer, null if it is absent. */
    WordPage pageAcquire(final long leaf) {
        final PageSlots slots = slotsAcquire(leaf);
        return slots == null ? null : slots.pageAcquire(slot(leaf));
    }

    /** The first leaf after an absent one that may be present: the next, or the next chunk's first. */
    long afterAbsent(final long leaf) {
        return slotsAcquire(leaf) == null ? (leaf | CHUNK_MASK) + 1 : leaf + 1;
    }

    /**
     * Makes a leaf present.
     *
     * @return false if memory ran out; nothing is left behind then but an empty chunk
     */
    synchronized boolean add(final long leaf) {
        if (addressAcquire(leaf) != 0) {
            return true;
        }
        try {
            final PageSlots slots = slotsOrNew(leaf);
            final WordPage page = offHeap.allocate(leafBytes);
            if (page == null) {
                return false;
            }
            slots.setRelease(slot(leaf), page);
            return true;
        } catch (final OutOfMemoryError e) {
            // The heap has no room for the small objects beside the page.
            return false;
        }
    }

    synchronized void free() {
        if (flat != null) {
            free(flat);
            return;
        }
        for (final PageSlots chunk : chunks) {
            if (chunk != null) {
                free(chunk);
            }
        }
    }

    private void free(final PageSlots leaves) {
        for (int i = 0; i < leaves.count(); i++) {
            offHeap.free(leaves.clear(i));
        }
    }

    private PageSlots slotsAcquire(final long leaf) {
        return flat != null ? flat : Slots.acquire(chunks, (int) (leaf >>> CHUNK_SHIFT));
    }

    private PageSlots slotsOrNew(final long leaf) {
        PageSlots slots = slotsAcquire(leaf);
        if (slots == null) {
            slots = new PageSlots(1 << CHUNK_SHIFT);
            Slots.setRelease(chunks, (int) (leaf >>> CHUNK_SHIFT), slots);
        }
        return slots;
    }

    private int slot(final long leaf) {
        return flat != null ? (int) leaf : (int) leaf & CHUNK_MASK;
    }
}
