package io.vfiotce.tools.gate.run;

/** Hears how far a stage is. */
@FunctionalInterface
public interface RunProgress {
    /**
     * A fork is about to begin.
     *
     * @param job the fork
     * @param pairsDone pairs of the stage that are done, reruns not counted
     * @param pairsPlanned pairs of the stage
     */
    void begins(ForkJob job, int pairsDone, int pairsPlanned);
}
