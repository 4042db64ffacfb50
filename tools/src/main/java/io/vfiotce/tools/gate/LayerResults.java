package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.List;
import java.util.Map;

/** Results of layers that no rule gives. */
final class LayerResults {
    private LayerResults() {}

    /** A result without figures. */
    static LayerResult plain(final Layer layer, final Verdict verdict, final String reason) {
        return new LayerResult(layer, verdict, reason, null, 0, Map.of(), List.of());
    }

    /** The same figures with another verdict. */
    static LayerResult with(final LayerResult result, final Verdict verdict, final String reason) {
        return new LayerResult(
                result.layer(), verdict, reason, result.interval(), result.limit(), result.figures(), result.pairs());
    }

    /** The graver of two results of one layer; the first if they are equally grave. */
    static LayerResult graver(final LayerResult one, final LayerResult other) {
        return other.verdict().compareTo(one.verdict()) > 0 ? other : one;
    }
}
