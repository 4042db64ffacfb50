package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.END_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.END_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.GONE_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAX_WINDOWS;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGES_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS;
import static io.vfiotce.snapshot.SnapshotDescriptor.PAGE_WORDS_SHIFT;
import static io.vfiotce.snapshot.SnapshotDescriptor.RECORD_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.ROUND_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.ROUND_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.TABLE_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.TABLE_FLAG_BYPASS;
import static io.vfiotce.snapshot.SnapshotDescriptor.TABLE_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.WINDOW_BYTES;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.tce.WindowGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Reads a snapshot up to its end and refuses everything that the writer does not write. */
final class SnapshotReader {
    private final BlockReader blocks;
    private final ByteBuffer payload;
    private final OffHeap offHeap;
    private final TreeMap<Integer, SavedWindow> windows = new TreeMap<>();
    private final Set<Long> liobns = new HashSet<>();
    private int nextNumber;
    private int rounds;
    private long roundRecords;
    private long records;
    private boolean isRoundEnded;

    SnapshotReader(final InputStream in, final OffHeap offHeap) throws IOException {
        this.offHeap = offHeap;
        blocks = new BlockReader(in);
        payload = blocks.payload();
    }

    /** Reads the blocks; the windows that it leaves are those of the last round. */
    void read() throws IOException {
        boolean ended = false;
        while (!ended) {
            final int tag = blocks.next();
            final boolean wasRoundEnded = isRoundEnded;
            isRoundEnded = false;
            switch (tag) {
                case TABLE_TAG -> readTable();
                case PAGES_TAG -> readPages();
                case GONE_TAG -> readGone();
                case ROUND_TAG -> readRound();
                case END_TAG -> {
                    readEnd(wasRoundEnded);
                    ended = true;
                }
                default -> throw blocks.refuse("a block of unknown kind 0x" + Integer.toHexString(tag));
            }
        }
    }

    void requireNothingBehind() throws IOException {
        blocks.requireEnd();
    }

    /** The windows in the order of their LIOBNs. */
    List<SavedWindow> windows() {
        final List<SavedWindow> all = new ArrayList<>(windows.values());
        all.sort((a, b) ->
                Long.compareUnsigned(a.geometry().liobn(), b.geometry().liobn()));
        return all;
    }

    int rounds() {
        return rounds;
    }

    private void readTable() {
        requirePayload(payload.remaining() == TABLE_BYTES);
        final int number = payload.getInt();
        final int flags = payload.getInt();
        final long liobn = payload.getLong();
        final int pageShift = payload.getInt();
        final int reserved = payload.getInt();
        final WindowGeometry geometry = new WindowGeometry(liobn, pageShift, payload.getLong(), payload.getLong());
        requirePayload(reserved == 0 && (flags & ~TABLE_FLAG_BYPASS) == 0);
        if (!geometry.isValid()) {
            throw blocks.refuse("no window can be " + geometry);
        }
        final boolean bypassed = flags != 0;
        if (number == nextNumber) {
            add(geometry, bypassed);
        } else {
            final SavedWindow window = windows.get(number);
            if (window == null || !window.geometry().equals(geometry) || window.isBypassed() == bypassed) {
                throw blocks.refuse("window " + Integer.toUnsignedString(number) + " is said to be " + geometry
                        + ", which it was not or already was");
            }
            window.setBypass(bypassed);
        }
    }

    private void add(final WindowGeometry geometry, final boolean bypassed) {
        if (windows.size() == MAX_WINDOWS) {
            throw blocks.refuse("more than " + MAX_WINDOWS + " windows");
        }
        if (!liobns.add(geometry.liobn())) {
            throw blocks.refuse("LIOBN 0x" + Long.toHexString(geometry.liobn()) + " has two windows");
        }
        windows.put(nextNumber++, new SavedWindow(geometry, bypassed, offHeap));
    }

    private void readPages() {
        final SavedWindow window = readWindow();
        requirePayload(payload.hasRemaining());
        while (payload.hasRemaining()) {
            requirePayload(payload.remaining() >= RECORD_BYTES);
            readRecord(window);
        }
    }

    private void readRecord(final SavedWindow window) {
        final long page = payload.getLong();
        final int first = payload.getInt();
        final int count = payload.getInt();
        final long sizePages = window.geometry().sizePages();
        requirePayload(page >= 0
                && page <= (sizePages - 1) >>> PAGE_WORDS_SHIFT
                && first >= 0
                && count > 0
                && count <= PAGE_WORDS - first
                && (page << PAGE_WORDS_SHIFT) + first + count <= sizePages
                && payload.remaining() >= count * Long.BYTES
                && window.advance(rounds, page));
        final WordPage words = window.page(page);
        if (words == null) {
            throw blocks.refuse("the pages up to here do not fit in the memory that they may take");
        }
        for (int i = first; i < first + count; i++) {
            words.setWordPlain(i, payload.getLong());
        }
        roundRecords++;
    }

    private void readGone() {
        requirePayload(payload.remaining() == WINDOW_BYTES);
        final int number = payload.getInt(payload.position());
        final SavedWindow window = readWindow();
        window.free();
        windows.remove(number);
        liobns.remove(window.geometry().liobn());
    }

    private SavedWindow readWindow() {
        requirePayload(payload.remaining() >= WINDOW_BYTES);
        final SavedWindow window = windows.get(payload.getInt());
        requirePayload(window != null && payload.getInt() == 0);
        return window;
    }

    private void readRound() {
        requirePayload(payload.remaining() == ROUND_BYTES
                && payload.getInt() == rounds
                && payload.getInt() == 0
                && payload.getLong() == roundRecords);
        rounds++;
        records += roundRecords;
        roundRecords = 0;
        isRoundEnded = true;
    }

    private void readEnd(final boolean wasRoundEnded) {
        requirePayload(wasRoundEnded
                && payload.remaining() == END_BYTES
                && payload.getInt() == rounds
                && payload.getInt() == windows.size()
                && payload.getLong() == records
                && payload.getLong() == blocks.readBytes());
    }

    private void requirePayload(final boolean isRight) {
        if (!isRight) {
            throw blocks.refuse("the contents of this block cannot be");
        }
    }

    void free() {
        windows.values().forEach(SavedWindow::free);
    }
}
