package io.vfiotce.tce;

import io.vfiotce.memory.ChangeCount;
import java.util.ArrayList;
import java.util.List;

/**
 * A window as userspace has it: whether it is mapped there, and who is told of its entries.
 *
 * <p>Whoever applies an answer of the handler holds this object's lock and has seen {@link #isOpen}: the window's memory
 * stays until the lock is given up, though the vCPU is offline, and the notifiers see the stores in their order.
 *
 * @threads any, with this object's lock held where a method says so
 * @source QEMU: what the big lock protects of a TCE table
 */
public final class UserspaceSide {
    private final List<TceNotifier> notifiers = new ArrayList<>();
    private volatile boolean bypassed;
    private boolean open;

    UserspaceSide() {}

    /** Lets userspace answer for the window. */
    public synchronized void open() {
        open = true;
    }

    /** Ends what {@link #open} began, and tells the notifiers; waits until an answer that is being applied is. */
    public synchronized void close() {
        open = false;
        List.copyOf(notifiers).forEach(TceNotifier::closed);
    }

    /** {@return whether the window is open; with the lock held it stays so} */
    public synchronized boolean isOpen() {
        return open;
    }

    /** {@return whether devices behind the window reach guest memory without translation; no hypercall depends on it} */
    public boolean isBypassed() {
        return bypassed;
    }

    /**
     * Lets devices behind the window bypass it, or ends that. Bus addresses below 2^62 are guest physical addresses then.
     *
     * @param on whether they do
     * @param changes tells devices that what they remember of the window is out of date
     * @source QEMU SpaprTceTable.bypass, which virtual I/O has
     */
    public void setBypass(final boolean on, final ChangeCount changes) {
        bypassed = on;
        changes.changed();
    }

    /**
     * Adds a notifier.
     *
     * @param notifier whom to tell of every entry that userspace stores from now on
     */
    public synchronized void add(final TceNotifier notifier) {
        notifiers.add(notifier);
    }

    /**
     * Tells a notifier of every entry that is not 0, then adds it: it has missed nothing that userspace stored.
     *
     * @param table the window's guest view
     * @param notifier whom to tell
     */
    public synchronized void addAfterReplay(final TceTable table, final TceNotifier notifier) {
        replayTo(notifier, table);
        notifiers.add(notifier);
    }

    private static void replayTo(final TceNotifier notifier, final TceTable table) {
        notifier.begin();
        try {
            for (long entry = table.nextNonZero(0); entry >= 0; entry = table.nextNonZero(entry + 1)) {
                notifyEntry(notifier, table, entry);
            }
        } finally {
            notifier.end();
        }
    }

    /**
     * Empties the window: every entry that is not 0 becomes 0, and the notifiers are told. Nothing else may change the window
     * meanwhile.
     *
     * @param table the window's guest view
     * @source QEMU spapr_tce_reset(), which tells nobody
     */
    public synchronized void clear(final TceTable table) {
        long first = table.nextNonZero(0);
        while (first >= 0) {
            final long limit = Math.min(first + TceTable.SLICE_ENTRIES, table.sizePages());
            long end = first + 1;
            while (end < limit && table.tceAcquire(end) != 0) {
                end++;
            }
            table.fillResidentRelease(first, end - first, 0);
            notifyChanged(table, first, end - first);
            first = table.nextNonZero(end);
        }
    }

    /**
     * Tells every notifier of every entry that is not 0.
     *
     * @param table the window's guest view
     * @source QEMU memory_region_iommu_replay()
     */
    public synchronized void replay(final TceTable table) {
        for (int n = 0; n < notifiers.size(); n++) {
            replayTo(notifiers.get(n), table);
        }
    }

    /**
     * Removes a notifier; when this returns it is not called any more.
     *
     * @param notifier whom to tell no more; nothing happens if it is not there
     */
    public synchronized void remove(final TceNotifier notifier) {
        notifiers.remove(notifier);
    }

    /**
     * Tells one notifier after the other of a range of entries, in the order of bus addresses.
     *
     * @param table the window's guest view, which holds the entries
     * @param first first entry
     * @param count number of entries
     */
    public synchronized void notifyChanged(final TceTable table, final long first, final long count) {
        for (int n = 0; n < notifiers.size(); n++) {
            notifyOne(notifiers.get(n), table, first, count);
        }
    }

    /** Tells every notifier that whoever holds the lock has made every entry 0. */
    public synchronized void notifyCleared() {
        for (int n = 0; n < notifiers.size(); n++) {
            notifiers.get(n).cleared();
        }
    }

    private static void notifyOne(
            final TceNotifier notifier, final TceTable table, final long first, final long count) {
        notifier.begin();
        try {
            for (long i = 0; i < count; i++) {
                notifyEntry(notifier, table, first + i);
            }
        } finally {
            notifier.end();
        }
    }

    private static void notifyEntry(final TceNotifier notifier, final TceTable table, final long entry) {
        final int pageShift = table.pageShift();
        notifier.tceChanged((table.geometry().offsetPages() + entry) << pageShift, pageShift, table.tceAcquire(entry));
    }
}
