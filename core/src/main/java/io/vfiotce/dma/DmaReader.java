package io.vfiotce.dma;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.ChangeListener;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.memory.UserProcess;

/**
 * A device as a reader of shared state: when the change count has moved, between two accesses, it says that it holds nothing of
 * before and renews its copies of references.
 *
 * <p>It does not look at the count for that. Whoever counts a change then stores into each device's {@link #base}, which every
 * access starts with, that there are no hints; so the access comes to the slow path, and only that asks why.
 *
 * @threads the device's own
 */
abstract class DmaReader {
    private static final long UNKNOWN = -1;

    private final QuiescentReader reader;
    private final ChangeCount changes;
    private final ChangeListener listener = this::outdate;
    // Where an access looks for hints while the copies are of this moment, and where at this moment.
    private final long current;
    private volatile long base;
    // Of which count the copies are, and whether an epoch was passed by without announcing it.
    private long copiedChanges = UNKNOWN;
    private boolean owesAnnouncement;
    private boolean online;
    private boolean held;
    private boolean closed;

    DmaReader(final UserProcess process, final QuiescentReader reader, final TranslationHints hints) {
        this.reader = reader;
        changes = process.changes();
        current = hints.places();
        base = TranslationHints.OUTDATED;
        changes.add(listener);
    }

    /** The name that messages call the device by. */
    final String readerName() {
        return reader.name();
    }

    /** Where the hints lie that are good at this moment, no address if there are none; the first thing that an access asks. */
    final long base() {
        return base;
    }

    /**
     * Whether the copies are of the moment when an access began; what finds no hint asks it before it uses them.
     *
     * @param places what {@link #base} said then
     */
    final boolean isCurrent(final long places) {
        return places == current;
    }

    /** The copies are of this moment no longer; called by whoever has changed something, on any thread. */
    private void outdate() {
        base = TranslationHints.OUTDATED;
    }

    /**
     * The rare start of an access: the device was offline, or something that it keeps a copy of has changed. Copies from before
     * it went offline are good if nothing has: whoever frees what they lead to has counted a change before, and going online is
     * a full fence.
     */
    final void renew() {
        goOnline();
        // First: who outdates it after this makes the next access come here again, who did before is seen below.
        base = current;
        boolean isRenewed = false;
        try {
            if (!held) {
                // Before the copies: what they are made from is what this epoch's readers may use.
                reader.announce();
            }
            owesAnnouncement = held;
            // After the announcement: what was freed before its epoch was counted before.
            final long count = changes.count();
            if (count != copiedChanges) {
                copiedChanges = UNKNOWN;
                refresh();
                copiedChanges = count;
            }
            isRenewed = true;
        } finally {
            if (!isRenewed) {
                // No memory for the copies, or no stack: the next access renews them. No call may succeed now.
                base = TranslationHints.OUTDATED;
            }
        }
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
        if (!wasHeld && owesAnnouncement) {
            // The next access announces, as it would have if nothing had been kept.
            outdate();
        }
    }

    /** Gives up what was kept, and says so if a grace period may wait for it. */
    final void releaseAll() {
        held = false;
        if (owesAnnouncement || !isCurrent(base)) {
            announceIfOnline();
        }
    }

    private void announceIfOnline() {
        if (online) {
            // The copies may be older, but whoever took something from under them has outdated them before this
            // epoch: they are renewed next.
            reader.announce();
            owesAnnouncement = false;
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
            outdate();
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
        changes.remove(listener);
        reader.close();
        return true;
    }
}
