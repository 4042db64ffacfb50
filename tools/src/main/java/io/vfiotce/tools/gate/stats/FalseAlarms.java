package io.vfiotce.tools.gate.stats;

/**
 * What replaying recorded forks with new coins came to.
 *
 * @param replays runs of all rows that were replayed
 * @param rows rows in each run
 * @param flagged rows that the first stage flagged, over all runs
 * @param runsWithFail runs in which any row ended with FAIL
 * @param passed rows that ended with PASS or IMPROVED, over all runs
 */
public record FalseAlarms(int replays, int rows, long flagged, int runsWithFail, long passed) {
    /** {@return share of runs with any false FAIL} */
    public double familyRate() {
        return (double) runsWithFail / replays;
    }

    /** {@return share of row verdicts flagged by the first stage} */
    public double flagRate() {
        return (double) flagged / ((double) replays * rows);
    }
}
