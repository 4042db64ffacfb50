package io.vfiotce.tools.gate.config;

import java.util.List;

/**
 * How a run is made: everything that is not a matter of single rows.
 *
 * @param pairs pairs of forks per row in the first stage
 * @param confirmPairs fresh pairs per flagged row in the second stage
 * @param familyLevel probability of any false FAIL in a run over unchanged code
 * @param budgetMinutes time that the run may take, in minutes
 * @param warmupIterations iterations of a fork before the measured ones
 * @param warmupMs length of each, in milliseconds
 * @param iterations measured iterations of a fork
 * @param iterationMs length of each, in milliseconds
 * @param include regular expressions; a row takes part if one is found in its key, or if there are none
 * @param exclude regular expressions; a row in whose key one is found takes no part
 * @param jvmArgs arguments of every fork, in order
 * @param allocationBaseline exact key of the empty row that shows what JMH itself allocates; empty if there is none
 * @param onInconclusive what becomes of the run if a row stays inconclusive
 * @param onInvalid what becomes of the run if a row's measurement is invalid
 * @param instructionsBlock whether more instructions alone fail a row whose time passes
 * @param codeSizeBlocks whether compiled code of another size alone fails a row
 */
public record RunSettings(
        int pairs,
        int confirmPairs,
        double familyLevel,
        int budgetMinutes,
        int warmupIterations,
        int warmupMs,
        int iterations,
        int iterationMs,
        List<String> include,
        List<String> exclude,
        List<String> jvmArgs,
        String allocationBaseline,
        Consequence onInconclusive,
        Consequence onInvalid,
        boolean instructionsBlock,
        boolean codeSizeBlocks) {
    private static final int MAX_PAIRS = 1_000;
    private static final int MAX_ITERATIONS = 1_000;
    private static final int MAX_ITERATION_MS = 600_000;
    private static final int MAX_BUDGET_MINUTES = 10_000;
    private static final double MAX_FAMILY_LEVEL = 0.5;

    /** What holds if the file says nothing. */
    static final RunSettings BUILT_IN = new RunSettings(
            12,
            24,
            0.01,
            30,
            3,
            300,
            5,
            300,
            List.of(),
            List.of(),
            List.of(),
            "",
            Consequence.WARN,
            Consequence.FAIL,
            false,
            false);

    static RunSettings read(final ConfigObject from, final RunSettings fallback) {
        return new RunSettings(
                from.integer("pairs", 1, MAX_PAIRS, fallback.pairs),
                from.integer("confirmPairs", 1, MAX_PAIRS, fallback.confirmPairs),
                from.number("familyLevel", Double.MIN_VALUE, MAX_FAMILY_LEVEL, fallback.familyLevel),
                from.integer("budgetMinutes", 1, MAX_BUDGET_MINUTES, fallback.budgetMinutes),
                from.integer("warmupIterations", 0, MAX_ITERATIONS, fallback.warmupIterations),
                from.integer("warmupMs", 1, MAX_ITERATION_MS, fallback.warmupMs),
                from.integer("iterations", 1, MAX_ITERATIONS, fallback.iterations),
                from.integer("iterationMs", 1, MAX_ITERATION_MS, fallback.iterationMs),
                from.patterns("include", fallback.include),
                from.patterns("exclude", fallback.exclude),
                from.texts("jvmArgs", fallback.jvmArgs),
                from.text("allocationBaseline", fallback.allocationBaseline),
                from.choice("onInconclusive", Consequence.class, fallback.onInconclusive),
                from.choice("onInvalid", Consequence.class, fallback.onInvalid),
                from.flag("instructionsBlock", fallback.instructionsBlock),
                from.flag("codeSizeBlocks", fallback.codeSizeBlocks));
    }

    /** The same with twice the pairs, and the given time for them. */
    RunSettings nightly(final int minutes) {
        return new RunSettings(
                Math.min(MAX_PAIRS, 2 * pairs),
                Math.min(MAX_PAIRS, 2 * confirmPairs),
                familyLevel,
                Math.max(minutes, budgetMinutes),
                warmupIterations,
                warmupMs,
                iterations,
                iterationMs,
                include,
                exclude,
                jvmArgs,
                allocationBaseline,
                onInconclusive,
                onInvalid,
                instructionsBlock,
                codeSizeBlocks);
    }
}
