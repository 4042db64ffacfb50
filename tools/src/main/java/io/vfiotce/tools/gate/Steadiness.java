package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Judge;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Whether the iterations of a row's forks agree. A fork's figure is its least disturbed iteration, which is blind to a slowdown
 * that hits only some of them: code that is deoptimised half way, a structure that grows, a cache that fills. Where the
 * middle iterations tell another tale, a row passes only if it passes by these too.
 *
 * @param base share of the base's forks whose middle iteration took longer than the least by more than the limit
 * @param head the same of the head's
 * @param byMiddle the pairs, with a fork's middle iteration as its figure
 */
record Steadiness(double base, double head, List<Pair> byMiddle) {
    static Steadiness of(final List<Pair> pairs, final double limit) {
        return new Steadiness(
                unsteady(pairs, Pair::base, limit),
                unsteady(pairs, Pair::head, limit),
                pairs.stream().map(Steadiness::byMiddle).toList());
    }

    private static double unsteady(final List<Pair> pairs, final Function<Pair, Iterations> arm, final double limit) {
        return pairs.stream()
                .map(arm)
                .mapToInt(fork -> middle(fork) > (1 + limit) * quantile(fork, 0) ? 1 : 0)
                .average()
                .orElse(0);
    }

    private static Pair byMiddle(final Pair pair) {
        return new Pair(
                pair.stage(),
                pair.number(),
                pair.headFirst(),
                pair.startMs(),
                new Iterations(middle(pair.base()), pair.base().iterations()),
                new Iterations(middle(pair.head()), pair.head().iterations()),
                pair.contaminated());
    }

    /** The median; of an even number of iterations the slower of the middle two. */
    private static double middle(final Iterations fork) {
        return quantile(fork, fork.iterations().size() / 2);
    }

    private static double quantile(final Iterations fork, final int rank) {
        return fork.iterations().stream().sorted().skip(rank).findFirst().orElseThrow();
    }

    boolean isSteady() {
        return Math.max(base, head) <= Validity.MOST_CONTAMINATED;
    }

    /**
     * What becomes of a result: one that passes, and whose forks are unsteady, must pass by the middle iterations too.
     *
     * @param result the result by the usual figures
     * @param judge the row's judge
     */
    LayerResult judged(final LayerResult result, final Judge judge) {
        final boolean holds = isSteady()
                || !(result.verdict() == Verdict.PASS || result.verdict() == Verdict.IMPROVED)
                || judge.isBelowLimit(ForkPairs.ofStage(byMiddle, 1));
        return holds
                ? result
                : LayerResults.with(
                        result,
                        Verdict.INCONCLUSIVE,
                        String.format(
                                Locale.ROOT,
                                "unstable inside the fork: the middle iteration of %.0f %% of the base's forks and %.0f %% of the "
                                        + "head's took longer than the least by more than the limit, and by the middle ones "
                                        + "the row does not pass; without that, %s: %s",
                                100 * base,
                                100 * head,
                                result.verdict(),
                                result.reason()));
    }
}
