package io.vfiotce.tools.replay;

/**
 * How to replay.
 *
 * @param vcpus replaying vCPU threads; the order is kept within each LIOBN
 * @param rounds timed rounds of each path; 0 chooses enough for a steady figure
 * @param ramBytes guest memory from address 0; 0 takes what the recording shows, at least 1 GiB
 * @param hostPageShift log2 of the host page size in bytes
 * @param minRealPercent share of calls that the fast path must end in real mode, in percent
 * @param passThrough what VFIO gives each PCI host bridge
 */
public record ReplayOptions(
        int vcpus,
        int rounds,
        long ramBytes,
        int hostPageShift,
        double minRealPercent,
        PassThroughOptions passThrough) {
    /** Share of calls that the fast path must end in real mode unless the user says otherwise, in percent. */
    public static final double DEFAULT_MIN_REAL_PERCENT = 95;

    /** Timed rounds of the fast path go on until it has made about this many calls. */
    private static final long ENOUGH_FAST_CALLS = 300_000;

    /** The same for the slow path, whose calls take a hundred times as long. */
    private static final long ENOUGH_SLOW_CALLS = 6_000;

    static final int MIN_ROUNDS = 3;

    /**
     * Timed rounds of the fast path for a recording.
     *
     * @param hcalls hypercalls of one round
     * @return the number asked for, or one that makes enough calls
     */
    int fastRounds(final long hcalls) {
        return roundsFor(hcalls, ENOUGH_FAST_CALLS);
    }

    /**
     * Timed rounds of the slow path for a recording.
     *
     * @param hcalls hypercalls of one round
     * @return the number asked for, or one that makes enough calls
     */
    int slowRounds(final long hcalls) {
        return roundsFor(hcalls, ENOUGH_SLOW_CALLS);
    }

    private int roundsFor(final long hcalls, final long enoughCalls) {
        if (rounds > 0) {
            return rounds;
        }
        return hcalls == 0 ? 1 : (int) Math.max(MIN_ROUNDS, (enoughCalls + hcalls - 1) / hcalls);
    }
}
