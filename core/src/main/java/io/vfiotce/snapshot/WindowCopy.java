package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.tce.TceTable;

/**
 * A window as the snapshot has it by now: what the other side would have if the last round were the end.
 *
 * @threads one
 */
final class WindowCopy {
    private final int number;
    private final TceTable table;
    private final PageCopies pages;
    private boolean bypassed;
    private int firstChanged;
    private int changed;

    WindowCopy(final int number, final TceTable table, final boolean bypassed, final OffHeap offHeap) {
        this.number = number;
        this.table = table;
        this.bypassed = bypassed;
        pages = new PageCopies(offHeap);
    }

    int number() {
        return number;
    }

    TceTable table() {
        return table;
    }

    boolean isBypassed() {
        return bypassed;
    }

    void setBypass(final boolean on) {
        bypassed = on;
    }

    /** Takes a page over; {@link #firstChanged} and {@link #changed} then say which words are new. */
    void update(final long number, final long[] words) {
        final WordPage copy = pages.find(number);
        int first = 0;
        while (first < PAGE_WORDS && words[first] == word(copy, first)) {
            first++;
        }
        int end = PAGE_WORDS;
        while (end > first && words[end - 1] == word(copy, end - 1)) {
            end--;
        }
        firstChanged = first;
        changed = end - first;
        if (changed > 0) {
            store(number, words, first, end);
        }
    }

    private static long word(final WordPage copy, final int index) {
        return copy == null ? 0 : copy.wordPlain(index);
    }

    private void store(final long number, final long[] words, final int first, final int end) {
        final WordPage copy = pages.findOrAdd(number);
        if (copy == null) {
            throw new SnapshotException("no off-heap memory for the copies of " + table.geometry());
        }
        for (int i = first; i < end; i++) {
            copy.setWordPlain(i, words[i]);
        }
    }

    /** First word of the page that is new. */
    int firstChanged() {
        return firstChanged;
    }

    /** Words from the first to the last that is new, 0 if none is. */
    int changed() {
        return changed;
    }

    void free() {
        pages.free();
    }
}
