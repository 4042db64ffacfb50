package io.vfiotce.tools.gate.run;

/** Runs forks that write logs of response times, and keeps the logs. */
public interface LatencyForks extends ForkRunner {
    /**
     * What a fork has written.
     *
     * @param job a fork that has run
     * @return its log
     * @throws ForkFailedException if the log is there no more, or damaged
     */
    LatencyLog log(ForkJob job);
}
