package io.vfiotce.tools.gate.config;

/** Which clock times a row. */
public enum Metric {
    /** Processor time of the measuring thread for rows of one thread, elapsed time for others. */
    AUTO,
    /** Processor time of the measuring thread. */
    CPU,
    /** Elapsed time. */
    WALL
}
