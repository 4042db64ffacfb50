package io.vfiotce.bench.latency;

import org.agrona.concurrent.NanoClock;

/**
 * Makes calls that are due at fixed times, whatever became of the calls before: what a call waits because an earlier one was
 * late is part of its latency, so that a stall counts as often as there were calls to suffer from it.
 *
 * @threads one
 */
final class OpenLoop {
    private static final long SECOND_NS = 1_000_000_000L;

    /** What is called. */
    @FunctionalInterface
    interface Call {
        /**
         * Makes one call.
         *
         * @param i its number, from 0
         * @throws java.io.IOException if there is nobody to answer
         */
        void make(long i) throws java.io.IOException;
    }

    private final NanoClock clock;
    private final Call call;
    private long spanNs;
    private long worstSlipNs;

    /**
     * Sets it up.
     *
     * @param clock tells the time; it is asked until a call is due
     * @param call what to call
     */
    OpenLoop(final NanoClock clock, final Call call) {
        this.clock = clock;
        this.call = call;
    }

    /**
     * Makes calls.
     *
     * @param callsPerSecond the arrival rate
     * @param calls how many
     * @param latency takes the time of each from when it was due
     * @param service takes the time of each from when it was made
     * @throws java.io.IOException if a call fails
     */
    void run(final long callsPerSecond, final long calls, final IntervalLog latency, final IntervalLog service)
            throws java.io.IOException {
        final long startNs = clock.nanoTime();
        latency.start(startNs, System.currentTimeMillis());
        service.start(startNs, System.currentTimeMillis());
        worstSlipNs = 0;
        long endNs = startNs;
        for (long i = 0; i < calls; i++) {
            final long dueNs = startNs + dueNs(i, callsPerSecond);
            long madeNs = clock.nanoTime();
            while (madeNs - dueNs < 0) {
                Thread.onSpinWait();
                madeNs = clock.nanoTime();
            }
            call.make(i);
            endNs = clock.nanoTime();
            worstSlipNs = Math.max(worstSlipNs, madeNs - dueNs);
            latency.record(endNs, endNs - dueNs);
            service.record(endNs, endNs - madeNs);
        }
        spanNs = endNs - startNs;
    }

    /** When a call is due after the start; whole seconds apart, so that neither an error adds up nor a product overflows. */
    private static long dueNs(final long i, final long callsPerSecond) {
        return i / callsPerSecond * SECOND_NS + i % callsPerSecond * SECOND_NS / callsPerSecond;
    }

    /** {@return from the start of the last run to the end of its last call, in nanoseconds} */
    long spanNs() {
        return spanNs;
    }

    /** {@return how late a call of the last run was made at worst, in nanoseconds} */
    long worstSlipNs() {
        return worstSlipNs;
    }
}
