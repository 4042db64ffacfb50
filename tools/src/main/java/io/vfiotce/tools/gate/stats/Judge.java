package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Judges one row from its paired forks, in two stages.
 *
 * <table>
 * <caption>Verdicts, the first that holds</caption>
 * <tr><th>FAIL</th><td>both stages object</td></tr>
 * <tr><th>WARN</th><td>the first stage objects and the second, which has fresh pairs, clears the row: by these it would be a PASS</td></tr>
 * <tr><th>INCONCLUSIVE</th><td>the first stage objects and the second neither confirms nor clears</td></tr>
 * <tr><th>MISSING</th><td>the first stage objects and the second was not run: what would say whether it is right did not come</td></tr>
 * <tr><th>IMPROVED</th><td>as PASS, and one of the tests with the arms exchanged rejects</td></tr>
 * <tr><th>PASS</th><td>the upper bounds of both effects are below the limit</td></tr>
 * <tr><th>INCONCLUSIVE</th><td>otherwise</td></tr>
 * </table>
 *
 * <p>A flagged row is judged, and its effect estimated, from the second stage alone: the first stage's figures were selected for
 * being large. A second stage of a row that was not flagged is not looked at. Whether a measurement is INVALID is not seen
 * here.
 *
 * @threads immutable
 */
public final class Judge {
    private final JudgeSettings settings;

    /**
     * Creates a judge.
     *
     * @param settings what to hold
     */
    public Judge(final JudgeSettings settings) {
        this.settings = settings;
    }

    /**
     * Whether the first stage objects, so that the row needs the second.
     *
     * @param first pairs of the first stage
     * @return whether it does
     * @throws BadInputException if they are not as many as were planned
     */
    public boolean flags(final ForkPairs first) {
        requirePlanned(first, settings.firstPairs(), "first");
        return new StageTests(first, settings).object(settings.stageAlpha());
    }

    /**
     * Judges a row.
     *
     * @param first pairs of the first stage
     * @param second pairs of the second stage; none if it was not run
     * @return the judgement
     * @throws BadInputException if a stage has not as many pairs as were planned
     */
    public Judgement judge(final ForkPairs first, final ForkPairs second) {
        final boolean flagged = flags(first);
        final boolean confirmed = flagged && second.size() > 0;
        final Verdict verdict;
        if (confirmed) {
            verdict = verdictFlagged(second);
        } else {
            verdict = flagged ? Verdict.MISSING : verdictUnflagged(first);
        }
        final Interval interval = interval(confirmed ? second : first, first, verdict);
        final Map<String, Double> figures = new LinkedHashMap<>();
        addFigures(figures, "first", first, settings.stageAlpha());
        if (confirmed) {
            addFigures(figures, "second", second, settings.confirmAlpha());
        }
        return new Judgement(
                verdict, reason(verdict, confirmed, interval), interval, Collections.unmodifiableMap(figures));
    }

    /**
     * Whether figures show a slowdown below the limit, if there is any: the test behind PASS.
     *
     * @param first pairs of the first stage, by any figure of their forks
     * @return whether they do
     * @throws BadInputException if they are not as many as were planned
     */
    public boolean isBelowLimit(final ForkPairs first) {
        requirePlanned(first, settings.firstPairs(), "first");
        return new StageTests(first, settings).areBelowLimit();
    }

    /** Verdict on a row that the first stage did not flag. */
    Verdict verdictUnflagged(final ForkPairs first) {
        final StageTests tests = new StageTests(first, settings);
        if (!tests.areBelowLimit()) {
            return Verdict.INCONCLUSIVE;
        }
        return tests.showFaster(settings.stageAlpha()) ? Verdict.IMPROVED : Verdict.PASS;
    }

    /** Verdict on a row that the first stage flagged. */
    Verdict verdictFlagged(final ForkPairs second) {
        requirePlanned(second, settings.confirmPairs(), "second");
        final StageTests tests = new StageTests(second, settings);
        if (tests.object(settings.confirmAlpha())) {
            return Verdict.FAIL;
        }
        return tests.areBelowLimit() ? Verdict.WARN : Verdict.INCONCLUSIVE;
    }

    private static void requirePlanned(final ForkPairs pairs, final int planned, final String stage) {
        if (pairs.size() != planned) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "the %s stage has %d pairs and was planned with %d; a test whose size was not fixed before is none",
                    stage,
                    pairs.size(),
                    planned));
        }
    }

    /** The narrower interval of both effects; on FAIL, of those that object. */
    private Interval interval(final ForkPairs pairs, final ForkPairs first, final Verdict verdict) {
        final Effect broad = SignedRank.effect(pairs.differences(), JudgeSettings.BOUND_ALPHA);
        final Effect fast = LabelSwap.effect(pairs, JudgeSettings.BOUND_ALPHA);
        final StageTests tests = new StageTests(pairs, settings);
        final double alpha = settings.confirmAlpha();
        final Effect shown;
        if (verdict == Verdict.FAIL && !(tests.broadObjects(alpha) && tests.fastObjects(alpha))) {
            shown = tests.broadObjects(alpha) ? broad : fast;
        } else {
            shown = broad.width() <= fast.width() ? broad : fast;
        }
        final double halfWidth = Math.expm1(shown.width() / 2);
        return new Interval(
                Math.expm1(shown.estimate()),
                Math.expm1(shown.lower()),
                Math.expm1(shown.upper()),
                1 - 2 * JudgeSettings.BOUND_ALPHA,
                Math.max(halfWidth, smallestDetectable(first, pairs)));
    }

    /** A slowdown is found only if both stages find it: the larger of what each can. */
    private double smallestDetectable(final ForkPairs first, final ForkPairs last) {
        return Math.max(
                DetectableEffect.bySimulation(first, settings.firstPairs(), settings.stageAlpha(), settings),
                DetectableEffect.bySimulation(last, settings.confirmPairs(), settings.confirmAlpha(), settings));
    }

    private void addFigures(
            final Map<String, Double> figures, final String stage, final ForkPairs pairs, final double alpha) {
        final Effect broad = SignedRank.effect(pairs.differences(), JudgeSettings.BOUND_ALPHA);
        final Effect fast = LabelSwap.effect(pairs, JudgeSettings.BOUND_ALPHA);
        final double margin = settings.logMargin();
        final double limit = settings.logLimit();
        figures.put(stage + ".pairs", (double) pairs.size());
        figures.put(stage + ".alpha", alpha);
        figures.put(stage + ".theta", Math.expm1(broad.estimate()));
        figures.put(stage + ".theta.lower", Math.expm1(broad.lower()));
        figures.put(stage + ".theta.upper", Math.expm1(broad.upper()));
        figures.put(stage + ".theta.p.slower", SignedRank.pAbove(pairs.differences(), margin));
        figures.put(stage + ".theta.p.below-limit", SignedRank.pBelow(pairs.differences(), limit));
        figures.put(stage + ".theta.p.faster", SignedRank.pBelow(pairs.differences(), -margin));
        figures.put(stage + ".phi", Math.expm1(fast.estimate()));
        figures.put(stage + ".phi.lower", Math.expm1(fast.lower()));
        figures.put(stage + ".phi.upper", Math.expm1(fast.upper()));
        figures.put(stage + ".phi.p.slower", LabelSwap.pAbove(pairs, margin));
        figures.put(stage + ".phi.p.below-limit", LabelSwap.pBelow(pairs, limit));
        figures.put(stage + ".phi.p.faster", LabelSwap.pBelow(pairs, -margin));
        figures.put(stage + ".spread", DetectableEffect.spread(pairs.differences()));
        figures.put(stage + ".mde.formula", DetectableEffect.byFormula(pairs, pairs.size(), alpha, settings.margin()));
        figures.put(stage + ".pairs-needed", (double)
                DetectableEffect.pairsNeeded(pairs, settings.limit(), alpha, settings.margin()));
    }

    private String reason(final Verdict verdict, final boolean confirmed, final Interval interval) {
        final String effect = Percent.effect(interval);
        final String limit = Percent.of(settings.limit());
        return switch (verdict) {
            case FAIL ->
                String.format(
                        Locale.ROOT,
                        "%d pairs of forks showed a slowdown and %d fresh pairs confirmed it: head is %s",
                        settings.firstPairs(),
                        settings.confirmPairs(),
                        effect);
            case WARN ->
                String.format(
                        Locale.ROOT,
                        "%d pairs of forks showed a slowdown but by %d fresh pairs it is less than %s: by these, head is %s",
                        settings.firstPairs(),
                        settings.confirmPairs(),
                        limit,
                        effect);
            case IMPROVED -> "shown to be faster than base: head is " + effect;
            case PASS -> "shown to be less than " + limit + " slower than base: head is " + effect;
            case MISSING ->
                "the first stage showed a slowdown and the second, which would confirm it or clear the row, was not run: head is "
                        + effect;
            default ->
                (confirmed ? "the first stage showed a slowdown, which fresh pairs neither confirm nor clear; " : "")
                        + unknown(interval, limit) + ": head is " + effect;
        };
    }

    private String unknown(final Interval interval, final String limit) {
        return interval.smallestDetectable() > settings.limit()
                ? "the measurement is too noisy: it could have found no slowdown below "
                        + Percent.of(interval.smallestDetectable()) + ", and the limit is " + limit
                : "neither a slowdown nor one below the limit of " + limit + " is shown";
    }
}
