package io.vfiotce.tools.gate.selftest;

/** Starts the gate. */
@FunctionalInterface
public interface GateCalls {
    /**
     * Runs the gate to its end, or resumes an unfinished run. Its report is written whatever the verdict.
     *
     * @param call the run
     * @throws io.vfiotce.tools.gate.jmh.GateDataException if it ended without a report
     */
    void run(GateCall call);
}
