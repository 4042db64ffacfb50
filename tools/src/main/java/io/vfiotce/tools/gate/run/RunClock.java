package io.vfiotce.tools.gate.run;

/** Time of day, and waiting for it. */
public interface RunClock {
    /** The system's. */
    RunClock SYSTEM = new RunClock() {
        @Override
        public long nowMs() {
            return System.currentTimeMillis();
        }

        @Override
        public void sleepMs(final long durationMs) throws InterruptedException {
            Thread.sleep(durationMs);
        }
    };

    /** {@return milliseconds since 1970} */
    long nowMs();

    /**
     * Waits.
     *
     * @param durationMs for how long, in milliseconds
     * @throws InterruptedException if the caller is interrupted
     */
    void sleepMs(long durationMs) throws InterruptedException;
}
