package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import java.util.List;
import java.util.stream.Stream;

/**
 * How every fork of a run is measured.
 *
 * @param java the java program
 * @param jvmArgs arguments of the measuring JVM, appended to those of the benchmark's annotations
 * @param jmhArgs further arguments of JMH, such as {@code -bm avgt -t 1}
 * @param warmupIterations iterations before the measured ones
 * @param warmupMs length of each in milliseconds
 * @param iterations measured iterations
 * @param iterationMs length of each in milliseconds
 * @param timeoutMs after this many milliseconds a fork has failed
 */
public record ForkSettings(
        String java,
        List<String> jvmArgs,
        List<String> jmhArgs,
        int warmupIterations,
        int warmupMs,
        int iterations,
        int iterationMs,
        long timeoutMs) {
    /** Time that the two JVMs of one fork need besides measuring, in milliseconds, for estimates. */
    public static final long START_MS = 1200;

    /** Refuses what JMH would misread. */
    public ForkSettings {
        jvmArgs = List.copyOf(jvmArgs);
        jmhArgs = List.copyOf(jmhArgs);
        for (final String arg : jvmArgs) {
            if (arg.isBlank() || arg.contains("\"") || arg.contains("\\")) {
                throw new BadInputException("JMH cannot pass on the JVM argument '" + arg + "'");
            }
        }
        if (warmupIterations < 0 || iterations < 1 || warmupMs < 1 || iterationMs < 1) {
            throw new BadInputException("a fork needs at least one measured iteration of at least 1 ms");
        }
    }

    /** {@return all arguments that the user chose, for the VM and for JMH} */
    public List<String> args() {
        return Stream.concat(jvmArgs.stream(), jmhArgs.stream()).toList();
    }

    /** {@return how long one fork takes if nothing disturbs it, in milliseconds} */
    public long forkMs() {
        return START_MS + (long) warmupIterations * warmupMs + (long) iterations * iterationMs;
    }
}
