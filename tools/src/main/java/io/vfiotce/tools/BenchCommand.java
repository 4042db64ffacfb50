package io.vfiotce.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tce bench [SUITE]}: runs the benchmarks, which are a program of their own. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Runs a JMH suite and prints our figures as ratios to limits and peers of the same run.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all limits hold", "1:a limit is missed", "2:bad input or usage"})
final class BenchCommand implements Callable<Integer> {
    /** System property by which the launcher says where the benchmarks' jar is. */
    static final String JAR_PROPERTY = "tce.bench.jar";

    private static final List<String> SUITES = List.of("quick", "groups", "handoff", "dma", "goals", "full", "report");

    /** The first JDK that warns of methods of sun.misc.Unsafe when they are called (JEP 498). */
    private static final int FIRST_THAT_WARNS = 24;

    @Parameters(
            paramLabel = "SUITE",
            arity = "0..1",
            defaultValue = "quick",
            description =
                    "quick (default), groups, handoff, dma; goals (all goals of the project, 15 minutes), full (every row, "
                            + "to bench/results), report (bench/RESULTS.md of these).")
    private String suite;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every fork's figures as JSON.")
    private Path json;

    @Option(
            names = "--machine",
            paramLabel = "TEXT",
            description = "What the JSON says about the machine instead of what /proc does.")
    private String machine;

    @Option(
            names = "--commit",
            paramLabel = "TEXT",
            description = "What the JSON says about the commit instead of what git does.")
    private String commit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!SUITES.contains(suite)) {
            throw new BadInputException("there is no suite '" + suite + "', only " + String.join(", ", SUITES));
        }
        if (json != null) {
            new OutputFile(json);
        }
        final String jar = System.getProperty(JAR_PROPERTY);
        if (jar == null || !Files.isRegularFile(Path.of(jar))) {
            throw new BadInputException("the benchmarks are not built; start them by tools/tce of a checkout");
        }
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_THAT_WARNS) {
            // JMH calls what the JDK warns of; the JVMs that it starts inherit this.
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-jar");
        command.add(jar);
        command.add(suite);
        add(command, "--json", json);
        add(command, "--machine", machine);
        add(command, "--commit", commit);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void add(final List<String> command, final String option, final Object value) {
        if (value != null) {
            command.add(option);
            command.add(value.toString());
        }
    }
}
