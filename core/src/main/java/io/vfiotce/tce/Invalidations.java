package io.vfiotce.tce;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who is told of changes of one IOMMU table: a listener for each group that the table is set on.
 *
 * @threads any; changes are synchronized
 * @ordering the array is published by a volatile store and read by a volatile load
 */
final class Invalidations {
    private final LongAdder failures = new LongAdder();
    private volatile TceInvalidation[] listeners;

    /** {@return who is told, null for nobody} */
    TceInvalidation[] listeners() {
        return listeners;
    }

    synchronized void add(final TceInvalidation listener) {
        final List<TceInvalidation> all = all();
        all.add(listener);
        listeners = all.toArray(TceInvalidation[]::new);
    }

    /** Removes a listener and tells it a last time. */
    void remove(final TceInvalidation listener, final long busAddress, final long sizePages, final int pageShift) {
        if (removed(listener)) {
            tell(listener, busAddress, sizePages, pageShift);
        }
    }

    /** Tells a listener that has not been removed meanwhile. */
    void tellIfThere(final TceInvalidation listener, final long busAddress, final long sizePages, final int pageShift) {
        final boolean there;
        synchronized (this) {
            there = all().contains(listener);
        }
        if (there) {
            tell(listener, busAddress, sizePages, pageShift);
        }
    }

    private synchronized boolean removed(final TceInvalidation listener) {
        final List<TceInvalidation> all = all();
        final boolean removed = all.remove(listener);
        listeners = all.isEmpty() ? null : all.toArray(TceInvalidation[]::new);
        return removed;
    }

    private List<TceInvalidation> all() {
        return listeners == null ? new ArrayList<>() : new ArrayList<>(List.of(listeners));
    }

    void invalidate(final long busAddress, final long sizePages, final int pageShift) {
        final TceInvalidation[] told = listeners;
        if (told == null) {
            return;
        }
        VarHandle.fullFence();
        for (final TceInvalidation listener : told) {
            tell(listener, busAddress, sizePages, pageShift);
        }
    }

    private void tell(
            final TceInvalidation listener, final long busAddress, final long sizePages, final int pageShift) {
        try {
            listener.invalidate(busAddress, sizePages, pageShift);
        } catch (final RuntimeException | Error e) {
            failures.increment();
        }
    }

    long failures() {
        return failures.sum();
    }
}
