package io.vfiotce.tools.gate.stats;

/**
 * A step in a history of figures.
 *
 * @param index index of the first figure after the step
 * @param effect figures after / figures before - 1
 * @param p two-sided p-value
 */
public record Step(int index, double effect, double p) {}
