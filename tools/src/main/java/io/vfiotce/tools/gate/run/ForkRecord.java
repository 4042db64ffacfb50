package io.vfiotce.tools.gate.run;

/**
 * A fork that ended.
 *
 * @param job what was run
 * @param startMs when it began, in milliseconds from the start of the run
 * @param measure what it measured; null if it failed
 * @param failure why it failed; empty if it did not
 */
public record ForkRecord(ForkJob job, long startMs, ForkMeasure measure, String failure) {
    boolean failed() {
        return measure == null;
    }

    /** When it ended, in milliseconds from the start of the run. */
    long endMs() {
        return startMs + (failed() ? 0 : measure.durationMs());
    }
}
