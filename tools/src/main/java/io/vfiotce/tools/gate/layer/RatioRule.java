package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.config.RatioContract;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges the ratio between two rows of one run. */
public final class RatioRule {
    private RatioRule() {}

    /**
     * Judges by the whole interval: within the bounds it passes, beyond one of them it fails, across one it shows nothing.
     *
     * @param contract the bounds
     * @param effect the first row's time by the second's, minus one, from pairs of adjacent forks of the two
     * @return the verdict; the limit is the bound minus one, as the effect is; the excess is the ratio, or the inverse ratio where it is too small
     */
    public static LayerResult judge(final RatioContract contract, final Interval effect) {
        final double min = contract.min().orElse(0);
        final double max = contract.max().orElse(Double.POSITIVE_INFINITY);
        final double lower = 1 + effect.lower();
        final double upper = 1 + effect.upper();
        final Verdict verdict;
        final String how;
        if (lower > max || upper < min) {
            verdict = Verdict.FAIL;
            how = lower > max ? "is above the largest that is allowed" : "is below the smallest that is allowed";
        } else if (lower >= min && upper <= max) {
            verdict = Verdict.PASS;
            how = "is within its bounds";
        } else {
            // Reached by an interval of NaN as well.
            verdict = Verdict.INCONCLUSIVE;
            how = "may be on either side of a bound";
        }
        final double ratio = 1 + effect.effect();
        final Figures figures =
                new Figures().with("ratio", ratio).with("ratioLower", lower).with("ratioUpper", upper);
        contract.min().ifPresent(bound -> figures.with("min", bound));
        contract.max().ifPresent(bound -> figures.with("max", bound));
        final LayerResult result = figures.excess(upper < min ? 1 / ratio : ratio)
                .result(
                        Layer.RATIO,
                        verdict,
                        contract.max().orElse(min) - 1,
                        String.format(
                                Locale.ROOT,
                                "the ratio to %s %s: %.3f, %.3f to %.3f, must be %s (%s)",
                                contract.to(),
                                how,
                                ratio,
                                lower,
                                upper,
                                bounds(contract),
                                contract.reason()));
        return new LayerResult(
                result.layer(),
                result.verdict(),
                result.reason(),
                effect,
                result.limit(),
                result.figures(),
                result.pairs());
    }

    private static String bounds(final RatioContract contract) {
        final List<String> bounds = new ArrayList<>();
        contract.min().ifPresent(min -> bounds.add(String.format(Locale.ROOT, "at least %.3f", min)));
        contract.max().ifPresent(max -> bounds.add(String.format(Locale.ROOT, "at most %.3f", max)));
        return String.join(" and ", bounds);
    }
}
