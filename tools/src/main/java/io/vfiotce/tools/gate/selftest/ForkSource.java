package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.RunDirectory;

/** Makes what runs forks of the jars of a directory. */
@FunctionalInterface
public interface ForkSource {
    /**
     * Makes a runner.
     *
     * @param directory the directory
     * @return the runner
     */
    ForkRunner of(RunDirectory directory);
}
