package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Map;

/**
 * What the judge says about one row.
 *
 * @param verdict one of PASS, IMPROVED, WARN, INCONCLUSIVE, MISSING, FAIL
 * @param reason why, as one sentence
 * @param interval the effect with its bounds; null where there are too few forks to give bounds
 * @param figures effects as head / base - 1, p-values and counts by name, in order
 */
public record Judgement(Verdict verdict, String reason, Interval interval, Map<String, Double> figures) {}
