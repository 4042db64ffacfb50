package io.vfiotce.memory;

/**
 * Counts changes of what vCPUs keep copies of, so that one load per hypercall tells whether the copies are current.
 *
 * <p>Whoever publishes a change counts it afterwards; a vCPU that sees an unknown count reads everything anew. So is every
 * new epoch of {@link Quiescence} counted, so that the same load tells a vCPU to announce it.
 *
 * @threads any
 * @ordering the count is volatile: a vCPU that sees it sees what was published before
 */
public final class ChangeCount {
    private volatile long count;

    /** Counts a change that was just published. */
    public synchronized void changed() {
        count++;
    }

    /** {@return the number of changes so far} */
    public long count() {
        return count;
    }
}
