package io.vfiotce.dma;

import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceNotifier;
import io.vfiotce.tce.WindowGeometry;

/**
 * Merges the entries that a window's notifier is told of into ranges.
 *
 * @threads whoever holds the lock of the window's {@code UserspaceSide}; {@link #failures} any
 */
final class MergedRanges implements TceNotifier {
    private static final int NO_RUN = -1;

    private final WindowGeometry window;
    private final DmaNotifier notifier;
    private final WindowWatch watch;
    // The first run is the replay: what holds no mapping then has never been told as one.
    private boolean replaying = true;
    private int permission = NO_RUN;
    private long firstIoba;
    private long firstGpa;
    private long sizeBytes;
    private volatile long failures;

    MergedRanges(final WindowGeometry window, final DmaNotifier notifier, final WindowWatch watch) {
        this.window = window;
        this.notifier = notifier;
        this.watch = watch;
    }

    long failures() {
        return failures;
    }

    @Override
    public void tceChanged(final long ioba, final int pageShift, final long tce) {
        final int permissions = Tce.permissions(tce);
        final long gpa = Tce.pageAddress(tce, pageShift);
        if (replaying && permissions == 0) {
            return;
        }
        if (permissions != permission
                || ioba != firstIoba + sizeBytes
                || (permissions != 0 && gpa != firstGpa + sizeBytes)) {
            tell();
            permission = permissions;
            firstIoba = ioba;
            firstGpa = gpa;
            sizeBytes = 0;
        }
        sizeBytes += 1L << pageShift;
    }

    @Override
    public void end() {
        tell();
        replaying = false;
    }

    @Override
    public void cleared() {
        tell(0, window.startBytes(), window.sizePages() << window.pageShift(), 0);
    }

    @Override
    public void closed() {
        cleared();
        watch.end();
    }

    private void tell() {
        final int told = permission;
        // Before the call: whatever comes of it, the run is over.
        permission = NO_RUN;
        if (told != NO_RUN) {
            tell(told, firstIoba, sizeBytes, firstGpa);
        }
    }

    private void tell(final int permissions, final long ioba, final long bytes, final long gpa) {
        try {
            if (permissions == 0) {
                notifier.unmapped(ioba, bytes);
            } else {
                notifier.mapped(ioba, bytes, gpa, permissions);
            }
        } catch (final RuntimeException e) {
            // The entry is stored, and the containers and the other notifiers are to hear of it too.
            failures++;
        }
    }
}
