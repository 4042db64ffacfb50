package io.vfiotce.tools.gate.report;

/**
 * One pair of adjacent forks.
 *
 * @param stage 1 or 2
 * @param number the pair's number in its stage, from 0
 * @param headFirst what the coin said
 * @param startMs when it began, in milliseconds from the start of the run
 * @param base the base fork's figure
 * @param head the head fork's figure
 * @param contaminated why the pair breaks the validity rules; empty if it does not
 */
public record Pair(
        int stage,
        int number,
        boolean headFirst,
        long startMs,
        Iterations base,
        Iterations head,
        String contaminated) {}
