package io.vfiotce.bench;

import java.nio.file.Path;
import org.openjdk.jmh.runner.RunnerException;

/** Runs a suite by name: {@code quick [JSON-FILE]}, {@code groups [JSON-FILE]}, {@code handoff [JSON-FILE]}, {@code dma [JSON-FILE]}. */
public final class BenchMain {
    private BenchMain() {}

    /**
     * Runs the suite and ends the JVM: 0 all limits hold, 1 one is missed, 2 bad usage.
     *
     * @param args suite, and optionally where to write the figures of every fork
     * @throws RunnerException if a benchmark fails
     */
    public static void main(final String[] args) throws RunnerException {
        final Suite suite = args.length < 1 || args.length > 2
                ? null
                : switch (args[0]) {
                    case "quick" -> new QuickSuite();
                    case "groups" -> new GroupSuite();
                    case "handoff" -> new HandoffSuite();
                    case "dma" -> new DmaSuite();
                    default -> null;
                };
        if (suite == null) {
            System.err.println("usage: quick|groups|handoff|dma [JSON-FILE]");
            System.exit(2);
            return;
        }
        System.exit(suite.run(args.length == 2 ? Path.of(args[1]) : null) ? 0 : 1);
    }
}
