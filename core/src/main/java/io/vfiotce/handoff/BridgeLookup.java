package io.vfiotce.handoff;

/**
 * The host bridges of a VM, found one at a time: a cursor over what the VM publishes of them.
 *
 * @threads the handler's own
 * @cost no allocation
 */
public interface BridgeLookup {
    /**
     * Finds a bridge by its address.
     *
     * @param buid unit address
     * @return false if there is none; the methods without arguments must not be called then
     */
    boolean find(long buid);

    /**
     * Finds the bridge that a window belongs to or could belong to.
     *
     * @param liobn logical I/O bus number, all 64 bits count
     * @return false if there is none; the methods without arguments must not be called then
     */
    boolean findByLiobn(long liobn);

    /** {@return LIOBN of window 0 of the bridge found} */
    long liobn();

    /** {@return LIOBN of window 1 of the bridge found} */
    long secondLiobn();

    /** {@return how many windows the bridge found can have at once; 1 if the guest cannot change them} */
    int maxWindows();

    /** {@return bus address of the default window of the bridge found} */
    long startBytes();

    /** {@return size of the default window of the bridge found, in bytes} */
    long sizeBytes();

    /** {@return log2 of the page size of the default window of the bridge found, in bytes} */
    int pageShift();

    /** {@return bus address of a window that is made while the bridge found has another} */
    long secondStartBytes();

    /** {@return sum of the page sizes that a window of the bridge found may have, in bytes} */
    long pageSizeMask();

    /**
     * One number for the two windows of a bridge as they are, from the generations of their tables: an answer that changes
     * windows is applied only to those that it was decided on.
     *
     * @param first {@link WindowLookup#generation} of window 0, 0 if there is none
     * @param second {@link WindowLookup#generation} of window 1, 0 if there is none
     * @return a number that no two states of a bridge share until 2^32 tables have been made
     */
    static long generation(final long first, final long second) {
        return first << Integer.SIZE | second & 0xFFFF_FFFFL;
    }
}
