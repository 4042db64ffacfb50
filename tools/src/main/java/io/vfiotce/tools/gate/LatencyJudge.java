package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.LatencyQuantile;
import io.vfiotce.tools.gate.run.LatencyRun;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Judge;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import io.vfiotce.tools.gate.stats.Judgement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges one latency row by each of its quantiles: the gravest of them is the row's verdict. */
final class LatencyJudge {
    private final List<LatencyQuantile> quantiles;
    private final double limit;
    private final Judge judge;

    /**
     * Creates a judge.
     *
     * @param quantiles the quantiles that are judged
     * @param settings what holds for each of them
     */
    LatencyJudge(final List<LatencyQuantile> quantiles, final JudgeSettings settings) {
        this.quantiles = quantiles;
        limit = settings.limit();
        judge = new Judge(settings);
    }

    /** How large the slowdown is of those quantiles to which the first stage objects; empty if it objects to none. */
    OptionalDouble objection(final LatencyRun first) {
        return quantiles.stream()
                .map(first::pairs)
                .filter(pairs -> judge.flags(ForkPairs.ofStage(pairs, 1)))
                .mapToDouble(TwoStages::slowdown)
                .max();
    }

    /**
     * Judges the row.
     *
     * @param first the first stage
     * @param second the second; empty if it was not run
     */
    LayerResult judge(final LatencyRun first, final Optional<LatencyRun> second) {
        final Map<LatencyQuantile, List<Pair>> pairs = new EnumMap<>(LatencyQuantile.class);
        final Map<LatencyQuantile, Judgement> said = new EnumMap<>(LatencyQuantile.class);
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (final LatencyQuantile quantile : quantiles) {
            final List<Pair> own = new ArrayList<>(first.pairs(quantile));
            second.ifPresent(run -> own.addAll(run.pairs(quantile)));
            final Judgement judgement = judge.judge(ForkPairs.ofStage(own, 1), ForkPairs.ofStage(own, 2));
            pairs.put(quantile, List.copyOf(own));
            said.put(quantile, judgement);
            judgement.figures().forEach((name, value) -> figures.put(quantile.label() + '.' + name, value));
        }
        // A waiver has to cover the largest of the regressions.
        said.values().stream()
                .filter(judgement -> judgement.verdict() == Verdict.FAIL)
                .mapToDouble(judgement -> judgement.interval().effect())
                .max()
                .ifPresent(effect -> figures.put(Waivers.EXCESS, effect));
        // Of those that are equally grave the lowest: it hangs on the most samples.
        final LatencyQuantile gravest = quantiles.stream()
                .max(Comparator.comparing((final LatencyQuantile quantile) ->
                                said.get(quantile).verdict())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
        return new LayerResult(
                Layer.LATENCY,
                said.get(gravest).verdict(),
                reason(gravest, said),
                said.get(gravest).interval(),
                limit,
                figures,
                pairs.get(gravest));
    }

    private String reason(final LatencyQuantile gravest, final Map<LatencyQuantile, Judgement> said) {
        final Stream<String> others = quantiles.stream()
                .filter(quantile -> quantile != gravest)
                .map(quantile -> quantile.label() + ' ' + said.get(quantile).verdict());
        return Stream.concat(
                        Stream.of(gravest.label() + " of response time: "
                                + said.get(gravest).reason()),
                        others)
                .collect(Collectors.joining("; "));
    }
}
