package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS_SHIFT;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies of the pages of one window, off heap, only those that have ever held something. A sorted tree, so that no choice of
 * page numbers makes finding slow.
 *
 * @threads one
 */
final class PageCopies {
    private final TreeMap<Long, WordPage> pages = new TreeMap<>();
    private final OffHeap offHeap;

    PageCopies(final OffHeap offHeap) {
        this.offHeap = offHeap;
    }

    /** A page, null if it has held nothing. */
    WordPage find(final long page) {
        return pages.get(page);
    }

    /** A page, made of zeros if it is not there; null if memory ran out. */
    WordPage findOrAdd(final long page) {
        final WordPage there = pages.get(page);
        if (there != null) {
            return there;
        }
        final WordPage added = offHeap.allocate(PAGE_WORDS * Long.BYTES);
        if (added != null) {
            pages.put(page, added);
        }
        return added;
    }

    /** All pages in their order. */
    Iterable<Map.Entry<Long, WordPage>> all() {
        return pages.entrySet();
    }

    long word(final long entry) {
        final WordPage page = pages.get(entry >>> PAGE_WORDS_SHIFT);
        return page == null ? 0 : page.wordPlain((int) entry & (PAGE_WORDS - 1));
    }

    /** The next entry from there on that is not 0; -1 if there is none. */
    long nextNonZero(final long from) {
        long entry = from;
        Map.Entry<Long, WordPage> page = pages.ceilingEntry(from >>> PAGE_WORDS_SHIFT);
        while (page != null) {
            final long first = page.getKey() << PAGE_WORDS_SHIFT;
            for (entry = Math.max(entry, first); entry < first + PAGE_WORDS; entry++) {
                if (page.getValue().wordPlain((int) entry & (PAGE_WORDS - 1)) != 0) {
                    return entry;
                }
            }
            page = pages.higherEntry(page.getKey());
        }
        return -1;
    }

    void free() {
        pages.values().forEach(offHeap::free);
        pages.clear();
    }
}
