package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts changes of what vCPUs keep copies of, so that one load per hypercall tells whether the copies are current; and tells
 * devices, which do not even look at the count for each access.
 *
 * <p>Whoever publishes a change counts it afterwards; a vCPU that sees an unknown count reads everything anew. So is every
 * new epoch of {@link Quiescence} counted, so that the same load tells a vCPU to announce it.
 *
 * @threads any
 * @ordering the count is volatile: a vCPU that sees it sees what was published before
 */
public final class ChangeCount {
    private final List<ChangeListener> listeners = new ArrayList<>();
    private volatile long count;

    /** Counts a change that was just published, then tells everybody who wants to be told. */
    public synchronized void changed() {
        count++;
        listeners.forEach(ChangeListener::outdate);
    }

    /** {@return the number of changes so far} */
    public long count() {
        return count;
    }

    /**
     * Tells of every change from now on, after it was counted and before {@link #changed} returns.
     *
     * @param listener called by whoever changed something, with the lock of the count held
     */
    public synchronized void add(final ChangeListener listener) {
        listeners.add(listener);
    }

    /**
     * Tells no more.
     *
     * @param listener what {@link #add} was given
     */
    public synchronized void remove(final ChangeListener listener) {
        listeners.remove(listener);
    }
}
