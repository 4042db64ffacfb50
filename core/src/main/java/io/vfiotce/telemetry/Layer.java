package io.vfiotce.telemetry;

/** The three layers that a hypercall can end in, fastest first. */
public enum Layer {
    /** Served where it arrives, without leaving the guest's context. */
    REAL,
    /** Served in the kernel with everything it may do: allocate, lock. */
    VIRTUAL,
    /** Served by the userspace handler. */
    USERSPACE
}
