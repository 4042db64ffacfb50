package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS_SHIFT;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.Map;

/**
 * A window as a snapshot has it, until the snapshot is closed.
 *
 * @threads one at a time
 */
public final class SavedWindow {
    private final WindowGeometry geometry;
    private final PageCopies pages;
    private boolean bypassed;
    private boolean freed;
    private int round = -1;
    private long lastPage;

    SavedWindow(final WindowGeometry geometry, final boolean bypassed, final OffHeap offHeap) {
        this.geometry = geometry;
        this.bypassed = bypassed;
        pages = new PageCopies(offHeap);
    }

    /** {@return where the window lies, under which LIOBN} */
    public WindowGeometry geometry() {
        return geometry;
    }

    /** {@return whether devices behind the window bypassed it} */
    public boolean isBypassed() {
        return bypassed;
    }

    /**
     * Reads an entry.
     *
     * @param entry an entry of the window
     * @return the TCE, 0 if there was none
     * @throws IllegalStateException if the snapshot is closed
     */
    public long tce(final long entry) {
        requireOpen();
        return pages.word(entry);
    }

    /**
     * Finds an entry that is not 0.
     *
     * @param from first entry to look at
     * @return the next entry from there on that is not 0; -1 if there is none
     * @throws IllegalStateException if the snapshot is closed
     */
    public long nextNonZero(final long from) {
        requireOpen();
        return pages.nextNonZero(from);
    }

    private void requireOpen() {
        if (freed) {
            throw new IllegalStateException("the snapshot is closed");
        }
    }

    void setBypass(final boolean on) {
        bypassed = on;
    }

    /** Whether a page may follow the pages that a round has had; if so it is the last one now. */
    boolean advance(final int currentRound, final long page) {
        if (round == currentRound && page <= lastPage) {
            return false;
        }
        round = currentRound;
        lastPage = page;
        return true;
    }

    /** A page to store into, null if memory ran out. */
    WordPage page(final long page) {
        return pages.findOrAdd(page);
    }

    /** How much off-heap memory {@link #makeResident} would take. */
    long missingBytes(final TceTable table) {
        final long leafBytes = table.nextLeaf(0) * Tce.BYTES;
        long bytes = 0;
        for (long entry = nextNonZero(0); entry >= 0; entry = nextNonZero(table.nextLeaf(entry))) {
            bytes += table.leafAddressAcquire(entry) == 0 ? leafBytes : 0;
        }
        return bytes;
    }

    /** Makes room for every entry in a table; false if memory ran out. */
    boolean makeResident(final TceTable table) {
        for (long entry = nextNonZero(0); entry >= 0; entry = nextNonZero(table.nextLeaf(entry))) {
            if (!table.makeResident(entry, 1)) {
                return false;
            }
        }
        return true;
    }

    /** Stores every page in a table that holds nothing and has room for all. */
    void storeIn(final TceTable table) {
        for (final Map.Entry<Long, WordPage> page : pages.all()) {
            final long first = page.getKey() << PAGE_WORDS_SHIFT;
            final int count = (int) Math.min(1 << PAGE_WORDS_SHIFT, table.sizePages() - first);
            table.storeResidentRelease(first, page.getValue(), count);
        }
    }

    void free() {
        freed = true;
        pages.free();
    }
}
