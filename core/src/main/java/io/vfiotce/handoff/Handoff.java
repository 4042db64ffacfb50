package io.vfiotce.handoff;

/** A way to the userspace handler that vCPUs of one VM share. */
public interface Handoff {
    /**
     * Opens a port for one vCPU.
     *
     * @return the vCPU's end
     */
    HandoffPort openPort();
}
