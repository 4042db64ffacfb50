package io.vfiotce.handoff;

/**
 * The windows that a userspace handler answers for, found one at a time: a cursor over what the VM publishes of them.
 *
 * <p>What is read after {@link #find} belongs to one window of that moment. It may be gone when the answer is applied; the
 * generation that the answer carries tells.
 *
 * @threads the handler's own
 * @cost no allocation
 */
public interface WindowLookup {
    /**
     * Finds a window.
     *
     * @param liobn logical I/O bus number, all 64 bits count
     * @return false if there is none; the other methods must not be called then
     */
    boolean find(long liobn);

    /** {@return log2 of the I/O page size of the window found, in bytes} */
    int pageShift();

    /** {@return first bus page of the window found} */
    long offsetPages();

    /** {@return number of entries of the window found} */
    long sizePages();

    /** {@return generation of the table of the window found, not 0} */
    long generation();
}
