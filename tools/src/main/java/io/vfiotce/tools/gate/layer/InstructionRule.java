package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Judges instructions per invocation of the benchmark. They repeat so well that a single fork of each jar will do unless the two differ. */
public final class InstructionRule {
    /** Forks of each jar if the first ones differ; of the other layers too, of which those that fail are measured more often. */
    public static final int REPEATS = 3;

    /** Smallest difference that counts, as a share of the base. */
    public static final double SHARE = 0.005;

    /** Smallest difference that counts, in instructions per invocation of the benchmark. */
    public static final double INSTRUCTIONS = 0.3;

    private InstructionRule() {}

    /**
     * Compares two jars by forks that settled.
     *
     * @param base the base's forks, at least one
     * @param head the head's forks, at least one
     * @return FAIL if the head's least exceeds the base's most by more than {@link #SHARE} and {@link #INSTRUCTIONS}, IMPROVED
     *     the other way round, INCONCLUSIVE if no fork of a jar settled, else PASS
     */
    public static LayerResult compare(final List<InstructionCount> base, final List<InstructionCount> head) {
        final List<Double> was = settled(base);
        final List<Double> is = settled(head);
        if (was.isEmpty() || is.isEmpty()) {
            // That is how some rows are, with or without a change.
            return unsettled(was.isEmpty() ? "base" : "head", Verdict.INCONCLUSIVE);
        }
        final double tolerance = Math.max(SHARE * Figures.max(was), INSTRUCTIONS);
        final double more = Figures.min(is) - Figures.max(was);
        final double less = Figures.min(was) - Figures.max(is);
        final Verdict verdict = more > tolerance ? Verdict.FAIL : less > tolerance ? Verdict.IMPROVED : Verdict.PASS;
        final double effect = Figures.min(is) / Figures.min(was) - 1;
        final Interval interval = new Interval(
                effect,
                Figures.min(is) / Figures.max(was) - 1,
                Figures.max(is) / Figures.min(was) - 1,
                1,
                tolerance / Figures.max(was));
        return new LayerResult(
                Layer.INSTRUCTIONS,
                verdict,
                String.format(
                        Locale.ROOT,
                        "%.2f instructions per invocation of the benchmark, %.2f in the base (%+.2f%%); %.2f more are tolerated",
                        Figures.min(is),
                        Figures.min(was),
                        effect * 100,
                        tolerance),
                interval,
                tolerance / Figures.max(was),
                figures(was, is),
                List.of());
    }

    /**
     * The contract that an invocation of the benchmark takes no more than so many instructions: kept if one fork keeps it.
     *
     * @param head the forks, at least one
     * @param max the contract
     * @return FAIL if all forks take more, INVALID if none settled, else PASS; the excess is a share of the contract
     */
    public static LayerResult ceiling(final List<InstructionCount> head, final double max) {
        final List<Double> is = settled(head);
        if (is.isEmpty()) {
            return unsettled("head", Verdict.INVALID);
        }
        final double least = Figures.min(is);
        return new Figures()
                .with("instructionsPerInvocation", least)
                .excess(Math.max(0, least / max - 1))
                .result(
                        Layer.INSTRUCTIONS,
                        least > max ? Verdict.FAIL : Verdict.PASS,
                        max,
                        String.format(
                                Locale.ROOT,
                                "%.2f instructions per invocation of the benchmark, %.2f are allowed",
                                least,
                                max));
    }

    /**
     * What is said where nothing can be counted. It is never a pass.
     *
     * @param why why not
     * @return INCONCLUSIVE
     */
    public static LayerResult unavailable(final String why) {
        return new Figures()
                .result(Layer.INSTRUCTIONS, Verdict.INCONCLUSIVE, SHARE, why + ": instructions cannot be counted here");
    }

    private static LayerResult unsettled(final String jar, final Verdict verdict) {
        return new Figures()
                .result(
                        Layer.INSTRUCTIONS,
                        verdict,
                        SHARE,
                        "the " + jar + " did not settle: no two batches of a fork took as many instructions");
    }

    private static List<Double> settled(final List<InstructionCount> forks) {
        return forks.stream()
                .filter(InstructionCount::isSettled)
                .map(InstructionCount::perInvocation)
                .toList();
    }

    private static Map<String, Double> figures(final List<Double> was, final List<Double> is) {
        return new Figures()
                .with("baseInstructions", Figures.min(was))
                .with("headInstructions", Figures.min(is))
                .with("forks", Stream.of(was, is).mapToInt(List::size).sum())
                .map();
    }
}
