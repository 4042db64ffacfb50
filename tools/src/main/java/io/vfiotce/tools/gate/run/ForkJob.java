package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;

/**
 * One fork that is to run.
 *
 * @param arm whose jar
 * @param row what is measured
 * @param stage 1 or 2
 * @param number the pair's number in its stage, from 0
 * @param attempt 0, or 1 for the rerun of a pair that was disturbed, or of which a fork failed
 * @param headFirst what the pair's coin said
 */
public record ForkJob(Arm arm, RowName row, int stage, int number, int attempt, boolean headFirst) {
    /**
     * The same job of the other arm.
     *
     * @param other the arm
     * @return the job
     */
    ForkJob of(final Arm other) {
        return new ForkJob(other, row, stage, number, attempt, headFirst);
    }

    /** {@return a short name for files, equally long for both arms} */
    public String id() {
        return Digests.sha256(row.text()).substring(0, 12) + "-s" + stage + "-p" + number + "-a" + attempt + '-'
                + arm.label();
    }
}
