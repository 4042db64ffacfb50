package io.vfiotce.tools.gate.stats;

/**
 * An effect with its one-sided bounds, as natural logarithms of head / base.
 *
 * @param estimate the estimate
 * @param lower lower bound; negative infinity if there are too few pairs for the level
 * @param upper upper bound; positive infinity if there are too few pairs for the level
 */
record Effect(double estimate, double lower, double upper) {
    double width() {
        return upper - lower;
    }
}
