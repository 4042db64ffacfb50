package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.descriptive.Median;

/** A layer's figures in order, and what layers that need no interval have in common. */
final class Figures {
    private final Map<String, Double> values = new LinkedHashMap<>();

    Figures with(final String name, final double value) {
        values.put(name, value);
        return this;
    }

    /** What a waiver's ceiling bounds. */
    Figures excess(final double value) {
        return with(Waivers.EXCESS, value);
    }

    LayerResult result(final Layer layer, final Verdict verdict, final double limit, final String reason) {
        return new LayerResult(layer, verdict, reason, null, limit, map(), List.of());
    }

    Map<String, Double> map() {
        return Collections.unmodifiableMap(values);
    }

    /** Middle of the sorted values, the mean of both if there are two. */
    static double median(final double[] values) {
        return Median.withDefaults().evaluate(values);
    }

    static <T> double median(final Collection<T> values, final ToDoubleFunction<T> figure) {
        return median(values.stream().mapToDouble(figure).toArray());
    }

    static double min(final List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    static double max(final List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
