package io.vfiotce.tools.gate.config;

/** What becomes of a run by a verdict that neither accuses nor acquits. */
public enum Consequence {
    /** The run goes on as if nothing had been said. */
    PASS,
    /** The run passes and says so. */
    WARN,
    /** The run does not pass. */
    FAIL
}
