package io.vfiotce.bench;

import java.nio.file.Path;
import org.openjdk.jmh.runner.RunnerException;

/** Runs a suite by name: {@code quick [JSON-FILE]}. */
public final class BenchMain {
    private BenchMain() {}

    /**
     * Runs the suite and ends the JVM: 0 all limits hold, 1 one is missed, 2 bad usage.
     *
     * @param args suite, and optionally where to write the figures of every fork
     * @throws RunnerException if a benchmark fails
     */
    public static void main(final String[] args) throws RunnerException {
        if (args.length < 1 || args.length > 2 || !args[0].equals("quick")) {
            System.err.println("usage: quick [JSON-FILE]");
            System.exit(2);
        }
        System.exit(new QuickSuite().run(args.length == 2 ? Path.of(args[1]) : null) ? 0 : 1);
    }
}
