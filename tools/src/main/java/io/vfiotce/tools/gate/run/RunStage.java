package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;

/**
 * One stage of a run.
 *
 * @param number 1, or 2 for the rows that stage 1 flagged
 * @param pairs pairs per row
 * @param gapMs least time since the last fork before it, in milliseconds: what disturbed one stage shall not disturb both
 */
public record RunStage(int number, int pairs, long gapMs) {
    /** Refuses a stage that measures nothing. */
    public RunStage {
        if (pairs < 1) {
            throw new BadInputException("a stage needs at least one pair");
        }
    }

    /** Most reruns per row: half of its pairs. */
    int reruns() {
        return pairs / 2;
    }
}
