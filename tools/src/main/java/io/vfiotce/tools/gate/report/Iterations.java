package io.vfiotce.tools.gate.report;

import java.util.List;

/**
 * What one fork measured.
 *
 * @param value the fork's figure, in the row's unit per operation, smaller is better
 * @param iterations its measured iterations in order, in the same unit
 */
public record Iterations(double value, List<Double> iterations) {}
