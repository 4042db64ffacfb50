package io.vfiotce.bench.latency;

/** Operations that are timed together. */
@FunctionalInterface
interface Block {
    /**
     * Does them.
     *
     * @param operations how many
     */
    void run(int operations);
}
