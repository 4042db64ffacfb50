package io.vfiotce.bench;

import java.io.IOException;
import java.util.Collection;
import org.openjdk.jmh.runner.RunnerException;

/** Something that is run fork by fork and then has figures: a row, or a program that measures by itself. */
interface Source {
    /** What to call it while it runs. */
    String label();

    /** How many forks it wants. */
    int forks();

    /** Runs one more fork. */
    void runFork() throws RunnerException, IOException, InterruptedException;

    /** The figures so far. */
    Collection<Measured> measured();
}
