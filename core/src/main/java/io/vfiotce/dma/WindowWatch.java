package io.vfiotce.dma;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.UserspaceSide;
import java.util.Objects;

/**
 * A {@link DmaNotifier} on a window, from its registration to its removal or the window's end.
 *
 * <p>As long as it lasts every hypercall that changes the window goes to userspace, which stores an entry and tells of it under
 * one lock: it costs what the slow path costs, and has the status that userspace gives. A window without a notifier pays
 * nothing.
 *
 * @threads any
 */
public final class WindowWatch implements AutoCloseable {
    private final TceTable table;
    private final ChangeCount changes;
    private final MergedRanges ranges;
    // Guarded by the window's UserspaceSide.
    private boolean watching;

    private WindowWatch(final TceTable table, final ChangeCount changes, final DmaNotifier notifier) {
        this.table = table;
        this.changes = changes;
        ranges = new MergedRanges(table.geometry(), Objects.requireNonNull(notifier), this);
    }

    /** As {@link DmaSpace#watch}. */
    static WindowWatch open(
            final UserProcess process, final LiobnDirectory windows, final long liobn, final DmaNotifier notifier) {
        final TceTable table = windows.find(liobn);
        if (table == null) {
            throw noWindow(liobn);
        }
        final WindowWatch watch = new WindowWatch(table, process.changes(), notifier);
        table.attached().suspend(process.changes());
        boolean watching = false;
        try {
            final String late = process.awaitReaders();
            if (late != null) {
                throw new LinuxException(Errno.EBUSY, late + " is late");
            }
            watching = watch.start();
        } finally {
            if (!watching) {
                table.attached().resume(process.changes());
            }
        }
        if (!watching) {
            throw noWindow(liobn);
        }
        return watch;
    }

    private static LinuxException noWindow(final long liobn) {
        return new LinuxException(Errno.ENODEV, "userspace has no window with LIOBN 0x" + Long.toHexString(liobn));
    }

    /** Nothing but userspace changes the window by now; false, with nothing done, if it is closed. */
    private boolean start() {
        final UserspaceSide side = table.userspaceSide();
        synchronized (side) {
            if (side.isOpen()) {
                side.addAfterReplay(table, ranges);
                watching = true;
            }
            return watching;
        }
    }

    /** {@return the window's LIOBN} */
    public long liobn() {
        return table.liobn();
    }

    /** {@return whether the notifier is told of changes: it is not closed, and the window is not} */
    public boolean isWatching() {
        synchronized (table.userspaceSide()) {
            return watching;
        }
    }

    /** {@return how many events the notifier has thrown at} */
    public long failures() {
        return ranges.failures();
    }

    /**
     * Ends the watch; when this returns the notifier is not called any more. It is told nothing.
     *
     * @threads any but an online vCPU: waits until an answer for the window is applied
     */
    @Override
    public void close() {
        synchronized (table.userspaceSide()) {
            end();
        }
    }

    /** Ends the watch if it has not ended; the window is locked. */
    void end() {
        if (watching) {
            watching = false;
            table.userspaceSide().remove(ranges);
            table.attached().resume(changes);
        }
    }
}
