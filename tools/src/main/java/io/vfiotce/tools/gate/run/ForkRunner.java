package io.vfiotce.tools.gate.run;

/** Runs one fork. */
@FunctionalInterface
public interface ForkRunner {
    /**
     * Runs one fork.
     *
     * @param job what is to run
     * @return what it measured
     * @throws ForkFailedException if it gave no result
     * @throws io.vfiotce.tools.gate.jmh.GateDataException if its result is not what was asked for
     * @throws InterruptedException if the caller is interrupted; nothing of the fork is left then
     */
    ForkMeasure run(ForkJob job) throws InterruptedException;
}
