package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.Validity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/** What pairs that were disturbed, reruns included, make of the verdict that they gave. */
final class DisturbedPairs {
    private static final double CHANCE_OF_HEAD = 1 / 64.0;

    private DisturbedPairs() {}

    /**
     * The verdict of a comparison, unless the pairs that gave it were disturbed too often. A head that disturbs itself, by compiling
     * all the time, say, or by threads of its own, is not excused by that: a host would have chosen its forks so often, of the
     * pairs in which one alone was disturbed, in one run of 64 at most. The level of a FAIL holds whoever is disturbed, for coins
     * decided which arm met it.
     */
    static LayerResult validOfHead(final LayerResult result, final List<Pair> deciding) {
        final LayerResult valid = valid(result, deciding);
        if (result.verdict() != Verdict.FAIL || valid.verdict() != Verdict.INVALID || !disturbsItself(deciding)) {
            return valid;
        }
        final List<Pair> contaminated = contaminated(deciding);
        return LayerResults.with(
                result,
                Verdict.FAIL,
                String.format(
                        Locale.ROOT,
                        "%s; of %d pairs %d were disturbed, in %d the head's fork alone: that comes with the head; first by: %s",
                        result.reason(),
                        deciding.size(),
                        contaminated.size(),
                        alone(contaminated, Arm.HEAD),
                        contaminated.get(0).contaminated()));
    }

    /** A sign test: under chance either arm is as likely the one. */
    private static boolean disturbsItself(final List<Pair> pairs) {
        final int head = alone(pairs, Arm.HEAD);
        final int all = head + alone(pairs, Arm.BASE);
        return all > 0 && BinomialDistribution.of(all, 0.5).survivalProbability(head - 1) <= CHANCE_OF_HEAD;
    }

    private static int alone(final List<Pair> pairs, final Arm arm) {
        return (int) pairs.stream()
                .filter(pair -> Validity.disturbedAlone(pair.contaminated()).equals(Optional.of(arm)))
                .count();
    }

    private static List<Pair> contaminated(final List<Pair> pairs) {
        return pairs.stream().filter(pair -> !pair.contaminated().isEmpty()).toList();
    }

    /** The verdict, unless the pairs that gave it were disturbed too often. */
    static LayerResult valid(final LayerResult result, final List<Pair> deciding) {
        final List<Pair> contaminated = contaminated(deciding);
        // That a second stage is missing blocks whatever the host did in the first.
        if (result.verdict() == Verdict.MISSING
                || contaminated.size() <= Validity.MOST_CONTAMINATED * deciding.size()) {
            return result;
        }
        final String complaint = contaminated.get(0).contaminated();
        return LayerResults.with(
                result,
                Verdict.INVALID,
                String.format(
                        Locale.ROOT,
                        "the host disturbed %d of %d pairs, reruns included, first by: %s; %s; without that, %s: %s",
                        contaminated.size(),
                        deciding.size(),
                        complaint,
                        Validity.remedy(complaint),
                        result.verdict(),
                        result.reason()));
    }
}
