package io.vfiotce.tools.gate.host;

/** What a layer is worth on this host. */
public enum Readiness {
    /** It can gate. */
    READY,
    /** It can gate, but will often be inconclusive or invalid. */
    WEAK,
    /** It cannot. */
    NO
}
