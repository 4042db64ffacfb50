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
    /** No memory for a page of the guest view or a level of an IOMMU table. */
    NO_MEMORY,
    /** A TCE points to guest memory that is not, or not all, in one registered region with pages large enough. */
    NOT_REGISTERED,
    /** A level of an attached IOMMU table is not there yet. */
    ABSENT_LEVEL,
    /** An attached IOMMU table has no user-address view, or a listener. */
    OTHER_TABLE,
    /** The window is left to userspace: it has a DMA notifier, or is being carried over. */
    USERSPACE_ONLY
}
