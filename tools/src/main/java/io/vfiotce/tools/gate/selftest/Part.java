package io.vfiotce.tools.gate.selftest;

import java.util.Locale;

/** A part of the selftest, in the order in which they are measured. */
public enum Part {
    /** A jar against itself while another process loads the machine: how often the gate cries wolf. */
    AA,
    /** The forks of {@link #AA} replayed with new coins. */
    REPLAY,
    /** How often planted slowdowns are found, and whole runs with one. */
    POWER,
    /** A jar against itself in the layers beside the clock. */
    EVIDENCE,
    /** Planted faults that the layers beside the clock must find. */
    PLANTS,
    /** Instruction counts of one jar, compared pairwise. */
    INSTRUCTIONS;

    /** {@return its name on the command line} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
