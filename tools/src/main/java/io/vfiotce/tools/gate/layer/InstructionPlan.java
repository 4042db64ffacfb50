package io.vfiotce.tools.gate.layer;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One fork under Valgrind: single shots, first of one operation each to warm up JMH, then of a whole batch each. What a batch
 * takes more than the last single operation, by the operations that it has more, is the slope that is judged: JMH's own
 * instructions drop out.
 *
 * <p>An operation is an invocation of the benchmark, also where it says that each does several ({@code OperationsPerInvocation}).
 *
 * @param batch operations of a measured iteration, at least 2
 * @param hasCollector whether the benchmark, or the user, chose a garbage collector: HotSpot takes one
 */
public record InstructionPlan(int batch, boolean hasCollector) {
    /** Iterations of one operation. */
    static final int SINGLES = 5;

    /** Iterations of a batch. The first ones warm up the row; the last is mixed with the end of the JVM and does not count. */
    static final int BATCHES = 6;

    /** Batches that must agree for the row to be warm, of those that count. */
    static final int SETTLED_BATCHES = 2;

    // Long enough for thousands of compilations' thresholds and to make JMH's own part small: some 10^8 instructions.
    private static final double BATCH_NS = 3e7;
    private static final int MAX_BATCH = 30_000_000;

    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

    /**
     * Creates the plan.
     *
     * @throws IllegalArgumentException if the batch is no batch
     */
    public InstructionPlan {
        if (batch < 2) {
            throw new IllegalArgumentException("a batch of " + batch);
        }
    }

    /**
     * The plan for a row of which the time is known: under Valgrind a fork takes some 50 seconds.
     *
     * @param nsPerOperation time of an operation in nanoseconds, roughly
     * @param vmArguments arguments of the VM that measured it
     * @return a plan with batches of about 30 ms
     */
    public static InstructionPlan of(final double nsPerOperation, final String vmArguments) {
        return new InstructionPlan(
                (int) Math.max(2, Math.min(MAX_BATCH, BATCH_NS / nsPerOperation)),
                COLLECTOR.matcher(vmArguments).find());
    }

    /**
     * JMH's arguments. {@code -gc true} has JMH collect garbage between iterations, which is what divides the counts.
     *
     * @return the arguments, without the row, the parameters and {@code -jvm}
     */
    public List<String> jmhArgs() {
        return List.of(
                "-bm",
                "ss",
                "-f",
                "1",
                "-t",
                "1",
                "-foe",
                "true",
                "-gc",
                "true",
                "-wi",
                Integer.toString(SINGLES),
                "-wbs",
                "1",
                "-i",
                Integer.toString(BATCHES),
                "-bs",
                Integer.toString(batch));
    }

    /**
     * The JVM's arguments: nothing runs before it is compiled, and as few threads as possible run at all.
     *
     * @return the arguments
     */
    public List<String> jvmArgs() {
        return Stream.concat(
                        Stream.of("-XX:-BackgroundCompilation", "-XX:-UsePerfData"),
                        Stream.of("-XX:+UseSerialGC").filter(collector -> !hasCollector))
                .toList();
    }
}
