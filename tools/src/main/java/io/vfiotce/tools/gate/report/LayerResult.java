package io.vfiotce.tools.gate.report;

import java.util.List;
import java.util.Map;

/**
 * What one layer says about one row. Effects are ratios of head to base minus one: 0.05 is five percent slower.
 *
 * @param layer the layer
 * @param verdict its verdict
 * @param reason why, as one sentence for a reader who does not know the gate
 * @param interval effect with its interval; null where there is nothing to estimate
 * @param limit the largest effect that is acceptable, or the contract's bound
 * @param figures everything else that a reader may want, by name, in order
 * @param pairs the pairs of forks in the order of measurement; empty in layers without
 */
public record LayerResult(
        Layer layer,
        Verdict verdict,
        String reason,
        Interval interval,
        double limit,
        Map<String, Double> figures,
        List<Pair> pairs) {}
