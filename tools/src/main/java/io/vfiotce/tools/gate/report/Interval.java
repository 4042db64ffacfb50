package io.vfiotce.tools.gate.report;

/**
 * An effect, what the data allow it to be, and what they could have shown.
 *
 * @param effect head / base - 1
 * @param lower lower bound
 * @param upper upper bound
 * @param level probability that the interval covers the effect
 * @param smallestDetectable smallest slowdown that this run would have found nearly always
 */
public record Interval(double effect, double lower, double upper, double level, double smallestDetectable) {}
