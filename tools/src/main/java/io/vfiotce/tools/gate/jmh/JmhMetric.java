package io.vfiotce.tools.gate.jmh;

import java.util.List;

/**
 * A secondary metric of a row.
 *
 * @param score JMH's figure over all forks; NaN if JMH says so
 * @param unit its unit as JMH writes it
 * @param forks figures of the iterations per fork, in the same unit; inner lists are empty where an external profiler
 *     knows only the score
 */
public record JmhMetric(double score, String unit, List<List<Double>> forks) {}
