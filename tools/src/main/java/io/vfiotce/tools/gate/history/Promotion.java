package io.vfiotce.tools.gate.history;

/**
 * Somebody's word that a run may be compared with although it failed.
 *
 * @param commit the run's commit
 * @param hostClass the run's host class
 * @param timeS when it was said, in seconds since 1970
 * @param reason why
 */
public record Promotion(String commit, String hostClass, long timeS, String reason) {}
