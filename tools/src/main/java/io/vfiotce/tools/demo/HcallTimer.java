package io.vfiotce.tools.demo;

/**
 * How long hypercalls take: one in {@value #EVERY} is timed, and what the clock costs is taken off.
 *
 * @threads the vCPU's; figures are exact once it has ended
 */
final class HcallTimer {
    /** Odd, so that mapping and unmapping, which take turns, are timed alike. */
    static final int EVERY = 17;

    private int untilTimed = EVERY;
    private long calls;
    private long timedCalls;
    private long timedNs;
    // The least that two readings of the clock, one after the other, differed by.
    private long clockNs = Long.MAX_VALUE;
    private long startNs;

    void restart() {
        calls = 0;
        timedCalls = 0;
        timedNs = 0;
    }

    /** Before a hypercall. */
    void begin() {
        calls++;
        if (--untilTimed == 0) {
            startNs = System.nanoTime();
        }
    }

    /** After it. */
    void called() {
        if (untilTimed == 0) {
            final long endNs = System.nanoTime();
            clockNs = Math.min(clockNs, System.nanoTime() - endNs);
            timedNs += endNs - startNs;
            timedCalls++;
            untilTimed = EVERY;
        }
    }

    /** Nanoseconds of a call; 0 if none was timed. */
    double nsPerCall() {
        return timedCalls == 0 ? 0 : Math.max(0, (double) timedNs / timedCalls - clockNs);
    }

    long calls() {
        return calls;
    }
}
