package io.vfiotce.dma;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;

/**
 * A device as a reader of shared state: when the change count has moved, between two accesses, it says that it holds nothing of
 * before and renews its copies of references.
 *
 * @threads the device's own
 */
abstract class DmaReader {
    private static final long UNKNOWN = -1;

    private final QuiescentReader reader;
    private final ChangeCount changes;
    // Of which count the copies are, the same while the device is online, and which count was announced last.
    private long copiedChanges = UNKNOWN;
    private long seenChanges = UNKNOWN;
    private long announcedChanges = UNKNOWN;
    private boolean online;
    private boolean held;
    private boolean closed;

    DmaReader(final UserProcess process, final QuiescentReader reader) {
        this.reader = reader;
        changes = process.changes();
    }

    /** The name that messages call the device by. */
    final String readerName() {
        return reader.name();
    }

    /** Whether the copies are of this moment; the first thing that an access asks. */
    final boolean isCurrent() {
        return changes.count() == seenChanges;
    }

    /**
     * The rare start of an access: the device was offline, or something that it keeps a copy of has changed. Copies from before
     * it went offline are good if nothing has: whoever frees what they lead to has counted a change before, and going online is
     * a full fence.
     */
    final void renew() {
        goOnline();
        // The count first: whoever advances the epoch after it makes the next access come here again.
        final long count = changes.count();
        if (!held) {
            // Before the copies: what they are made from is what this epoch's readers may use.
            reader.announce();
            announcedChanges = count;
        }
        if (count != copiedChanges) {
            // If there is no memory for the copies, they are of no count, and the next access renews them.
            copiedChanges = UNKNOWN;
            refresh();
            copiedChanges = count;
        }
        seenChanges = count;
    }

    /** Renews the copies; what they are made from was published before its change was counted. */
    abstract void refresh();

    /** Keeps what is found from now on until {@link #release}; {@return whether it was kept already} */
    final boolean hold() {
        final boolean wasHeld = held;
        held = true;
        return wasHeld;
    }

    /**
     * Gives up what was kept, unless it was kept before.
     *
     * @param wasHeld result of {@link #hold}
     */
    final void release(final boolean wasHeld) {
        held = wasHeld;
        if (!wasHeld && announcedChanges != seenChanges) {
            // The next access announces, as it would have if nothing had been kept.
            seenChanges = UNKNOWN;
        }
    }

    /** Gives up what was kept, and says so if a grace period may wait for it. */
    final void releaseAll() {
        held = false;
        if (changes.count() != announcedChanges) {
            announceIfOnline();
        }
    }

    private void announceIfOnline() {
        if (online) {
            // The count first, as above. The copies may be older, but what was taken from under them was counted before
            // this epoch: they are renewed next.
            announcedChanges = changes.count();
            reader.announce();
        }
    }

    final void goOnline() {
        if (closed) {
            throw new IllegalStateException(reader.name() + " is closed");
        }
        if (!online) {
            reader.online();
            online = true;
        }
    }

    final void goOffline() {
        if (!closed) {
            online = false;
            held = false;
            seenChanges = UNKNOWN;
            reader.offline();
        }
    }

    /** Leaves the readers for good; false if it has already. */
    final boolean closeReader() {
        if (closed) {
            return false;
        }
        goOffline();
        closed = true;
        reader.close();
        return true;
    }
}
