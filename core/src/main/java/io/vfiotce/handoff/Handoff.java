package io.vfiotce.handoff;

import io.vfiotce.telemetry.HcallCounters;

/** A way to the userspace handler that vCPUs of one VM share. */
public interface Handoff {
    /**
     * Opens a port for one vCPU.
     *
     * @param counters counters of the vCPU
     * @return the vCPU's end
     * @throws IllegalStateException if as many vCPUs as there may be have one
     */
    HandoffPort openPort(HcallCounters counters);

    /**
     * Lets the handler know of a window before a guest can use it. A handler in this process finds windows by itself.
     *
     * @param liobn logical I/O bus number
     * @param pageShift log2 of the page size in bytes
     * @param offsetPages first bus page
     * @param sizePages number of entries
     * @param generation generation of the table
     * @return false, with nothing changed, if there is no room for it
     */
    boolean windowAdded(long liobn, int pageShift, long offsetPages, long sizePages, long generation);

    /**
     * Lets the handler know that a window is going.
     *
     * @param generation generation of its table
     */
    void windowRemoved(long generation);
}
