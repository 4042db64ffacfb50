package io.vfiotce.telemetry;

/** Why a layer passed a hypercall on to the next one. */
public enum PassReason {
    /** The VM has not enabled this hypercall, or not in real mode. */
    NOT_ENABLED,
    /** No table of this VM has the LIOBN. */
    UNKNOWN_LIOBN,
    /** A host page of the guest view is not there yet. */
    ABSENT_LEAF,
    /** A TCE has a permission and reserved bits. */
    MISALIGNED_TCE,
    /** A TCE points to guest memory that is not there. */
    UNBACKED_TCE,
    /** The list of an INDIRECT call is not in guest memory. */
    UNBACKED_LIST,
    /** No memory for a page of the guest view. */
    NO_MEMORY
}
