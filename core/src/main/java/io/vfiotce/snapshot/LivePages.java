package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS_SHIFT;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import java.util.Arrays;

/**
 * Copies pages of windows that vCPUs write and that may go at any time.
 *
 * <p>It is a reader as a vCPU is, online for the length of one page: what finds the window there keeps its memory until the
 * copy is made, and nobody waits for longer than that. The words of a copy may be of different moments, each is whole.
 *
 * @threads one
 */
final class LivePages implements AutoCloseable {
    /** No page is left. */
    static final long NONE = -1;

    /** The window is no more. */
    static final long GONE = -2;

    private final LiobnDirectory windows;
    private final QuiescentReader reader;
    private final long[] words = new long[PAGE_WORDS];

    LivePages(final UserProcess process, final LiobnDirectory windows) {
        this.windows = windows;
        reader = process.quiescence().register("snapshot");
    }

    /**
     * Copies the next page that is present into {@link #words}.
     *
     * @return its number, {@link #NONE} or {@link #GONE}
     */
    long copyNext(final TceTable window, final long fromPage) {
        reader.online();
        try {
            if (windows.find(window.liobn()) != window) {
                return GONE;
            }
            final long first = window.nextResident(fromPage << PAGE_WORDS_SHIFT);
            if (first < 0) {
                return NONE;
            }
            final int count = (int) Math.min(PAGE_WORDS, window.sizePages() - first);
            window.copyAcquire(first, words, count);
            Arrays.fill(words, count, PAGE_WORDS, 0);
            return first >>> PAGE_WORDS_SHIFT;
        } finally {
            reader.offline();
        }
    }

    long[] words() {
        return words;
    }

    @Override
    public void close() {
        reader.close();
    }
}
