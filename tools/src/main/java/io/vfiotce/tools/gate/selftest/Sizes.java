package io.vfiotce.tools.gate.selftest;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rows rows that are measured against themselves, by their method
 * @param timedRows rows of the slowdowns, by their method
 * @param batches runs of the jar against itself, with all rows each
 * @param judgePairs pairs of the first stage that slowdowns are judged with
 * @param judgeConfirmPairs pairs of the second stage
 * @param pairs live pairs per row and slowdown
 * @param largePairs the same for the largest slowdown, and under load for all but the smallest
 * @param draws runs drawn from these
 * @param flips replays of the forks of the jar against itself
 * @param wholeRuns complete runs with a planted slowdown
 * @param plants runs with each planted fault of allocation and of inlining
 * @param instructionPlants runs with planted instructions
 * @param slopes instruction counts of one jar
 * @param evidenceRuns runs of the jar against itself in the layers beside the clock
 */
public record Sizes(
        List<String> rows,
        List<String> timedRows,
        int batches,
        int judgePairs,
        int judgeConfirmPairs,
        int pairs,
        int largePairs,
        int draws,
        int flips,
        int wholeRuns,
        int plants,
        int instructionPlants,
        int slopes,
        int evidenceRuns) {
    /** What the limits are about. */
    public static final Sizes FULL = new Sizes(
            List.of("arithmetic", "memory", "hypercall", "allocation", "inlining"),
            List.of("arithmetic", "memory", "hypercall"),
            20,
            12,
            24,
            60,
            24,
            10_000,
            100_000,
            3,
            5,
            3,
            12,
            12);

    /** Shows in minutes that all parts run; its figures prove nothing. */
    public static final Sizes TRIAL =
            new Sizes(List.of("arithmetic"), List.of("arithmetic"), 3, 6, 12, 12, 12, 500, 1_000, 1, 1, 1, 2, 1);
}
