package io.vfiotce.tools.gate.selftest;

/** Something that is measured in one go and not again once it is done. */
interface Step {
    /** What is under way, in a few words. */
    String name();

    /** What it takes if nothing of it is done, in milliseconds. */
    long expectedMs();

    /** Whether its result is on disk. */
    boolean isDone();

    /** Measures, or goes on where it stopped. */
    void run() throws InterruptedException;
}
