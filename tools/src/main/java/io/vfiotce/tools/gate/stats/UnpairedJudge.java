package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Interval;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Judges stored results, whose forks are not paired. No coin decided what was measured first, so a host that drifted between the
 * two results looks like a regression; hence the verdicts ask for more, and every reason says that this is the weaker test.
 *
 * <p>Results of one machine: FAIL if the slowdown is shown to be above the limit itself, at the family-wise level divided by the
 * rows; MISSING if so few forks could never FAIL among so many rows, and yet each of the head is above each of the base by more than
 * the limit; WARN if a slowdown above the margin and of at least half the limit is shown at 5 %; PASS and IMPROVED as for pairs, by
 * the broad effect alone.
 *
 * <p>Results of two machines are a tripwire: FAIL if the effect is above the limit by three standard deviations, among them the
 * uncertainty of going from one machine to another, which no number of forks lowers; else INCONCLUSIVE. Never PASS.
 *
 * @threads immutable
 */
public final class UnpairedJudge {
    /** Standard deviation of the log ratio of one row between two machines, where nothing better is known. */
    public static final double MACHINE_SD = 0.15;

    private static final double ROUNDING = 1e-9;
    private static final double ALPHA = JudgeSettings.BOUND_ALPHA;
    private static final double TRIPWIRE_SDS = 3;
    private static final double BOUND_SDS = NormalDistribution.of(0, 1).inverseSurvivalProbability(ALPHA);
    private static final String WEAKER = " (unpaired forks: weaker than `ab`, and blind to a drift of the host)";

    private final double limit;
    private final double margin;
    private final double failAlpha;

    /**
     * Creates a judge.
     *
     * @param limit the largest slowdown that is acceptable
     * @param margin the slowdown nobody should act on
     * @param familyAlpha probability of any false FAIL in a run, on a host that does not drift
     * @param rows rows that are judged in the run
     * @throws BadInputException if a value is out of range
     */
    public UnpairedJudge(final double limit, final double margin, final double familyAlpha, final int rows) {
        if (!(margin >= 0 && limit > margin && limit < 10 && familyAlpha > 0 && familyAlpha < 0.5 && rows > 0)) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "cannot judge %d rows by limit %s, margin %s, level %s",
                    rows,
                    limit,
                    margin,
                    familyAlpha));
        }
        this.limit = limit;
        this.margin = margin;
        failAlpha = familyAlpha / rows;
    }

    /**
     * Judges a row from two results of one machine.
     *
     * @param base the base forks' figures, smaller is better
     * @param head the head forks' figures in the same unit
     * @return the judgement
     * @throws BadInputException if there are no forks or a figure is not positive and finite
     */
    public Judgement sameMachine(final double[] base, final double[] head) {
        final double[] b = logs(base);
        final double[] h = logs(head);
        final Effect effect = MannWhitney.effect(b, h, ALPHA);
        final Map<String, Double> figures = figures(base, head, effect.estimate());
        if (Double.isInfinite(effect.width())) {
            return new Judgement(
                    Verdict.INCONCLUSIVE,
                    String.format(
                            Locale.ROOT,
                            "%d forks of base and %d of head are too few to say anything%s",
                            base.length,
                            head.length,
                            WEAKER),
                    null,
                    Collections.unmodifiableMap(figures));
        }
        final double slower = MannWhitney.pAbove(b, h, ForkPairs.logOf(margin));
        final double aboveLimit = MannWhitney.pAbove(b, h, ForkPairs.logOf(limit));
        final double belowLimit = MannWhitney.pBelow(b, h, ForkPairs.logOf(limit));
        final double faster = MannWhitney.pBelow(b, h, -ForkPairs.logOf(margin));
        figures.put("p.slower", slower);
        figures.put("p.above-limit", aboveLimit);
        figures.put("p.below-limit", belowLimit);
        figures.put("p.faster", faster);
        final boolean isSlower = slower <= ALPHA && effect.estimate() >= ForkPairs.logOf(limit / 2);
        // As far apart as the forks can be: less is shown of one row in twenty whose code did not change.
        final double leastP = leastP(base.length, head.length);
        final boolean isBlind = isSlower && leastP > failAlpha && aboveLimit <= leastP * (1 + ROUNDING);
        final Verdict verdict;
        if (aboveLimit <= failAlpha) {
            verdict = Verdict.FAIL;
        } else if (isSlower) {
            // As where a second stage is missing: what would say whether it is a regression is not there.
            verdict = isBlind ? Verdict.MISSING : Verdict.WARN;
        } else if (belowLimit > ALPHA) {
            verdict = Verdict.INCONCLUSIVE;
        } else {
            verdict = faster <= ALPHA ? Verdict.IMPROVED : Verdict.PASS;
        }
        final double reach = 2 * BOUND_SDS * sd(b, h) / Math.sqrt(DetectableEffect.EFFICIENCY);
        final Interval interval = interval(effect, Math.log1p(margin) + reach);
        final String reason = isBlind
                ? "slower than base, and so few forks cannot show a regression among so many rows, whatever they measure: head is "
                        + Percent.effect(interval) + WEAKER
                : reason(verdict, interval);
        return new Judgement(verdict, reason, interval, Collections.unmodifiableMap(figures));
    }

    /** The least p-value that so many figures can have: all of one arm above all of the other. */
    private static double leastP(final int base, final int head) {
        double orders = 1;
        for (int i = 1; i <= base; i++) {
            orders *= (double) (head + i) / i;
        }
        return 1 / orders;
    }

    /**
     * Judges a row from results of two machines.
     *
     * @param base the base forks' figures, smaller is better
     * @param head the head forks' figures in the same unit
     * @return FAIL or INCONCLUSIVE
     * @throws BadInputException if there are no forks or a figure is not positive and finite
     */
    public Judgement otherMachine(final double[] base, final double[] head) {
        final double[] b = logs(base);
        final double[] h = logs(head);
        final double estimate = MannWhitney.effect(b, h, ALPHA).estimate();
        final double sd = Math.hypot(sd(b, h), MACHINE_SD);
        final double wire = Math.log1p(limit) + TRIPWIRE_SDS * sd;
        final boolean tripped = estimate > wire;
        final Effect effect = new Effect(estimate, estimate - BOUND_SDS * sd, estimate + BOUND_SDS * sd);
        final Interval interval = interval(effect, wire + BOUND_SDS * sd);
        final Map<String, Double> figures = figures(base, head, estimate);
        figures.put("tripwire", Math.expm1(wire));
        final String reason = String.format(
                Locale.ROOT,
                "results of another machine are only a tripwire at %s, which %s: head is %s",
                Percent.of(Math.expm1(wire)),
                tripped ? "is broken" : "says nothing when it holds",
                Percent.effect(interval));
        return new Judgement(
                tripped ? Verdict.FAIL : Verdict.INCONCLUSIVE, reason, interval, Collections.unmodifiableMap(figures));
    }

    private static double[] logs(final double[] figures) {
        if (figures.length == 0) {
            throw new BadInputException("a row without forks cannot be judged");
        }
        return ForkPairs.logs(figures);
    }

    /** Standard deviation of the difference of the arms' middles. */
    private static double sd(final double[] base, final double[] head) {
        return Math.hypot(
                DetectableEffect.spread(base) / Math.sqrt(base.length),
                DetectableEffect.spread(head) / Math.sqrt(head.length));
    }

    private static Map<String, Double> figures(final double[] base, final double[] head, final double estimate) {
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("base.forks", (double) base.length);
        figures.put("head.forks", (double) head.length);
        figures.put("theta", Math.expm1(estimate));
        return figures;
    }

    private static Interval interval(final Effect effect, final double logDetectable) {
        return new Interval(
                Math.expm1(effect.estimate()),
                Math.expm1(effect.lower()),
                Math.expm1(effect.upper()),
                1 - 2 * ALPHA,
                Math.expm1(Math.max(effect.width() / 2, logDetectable)));
    }

    private String reason(final Verdict verdict, final Interval interval) {
        final String limitText = Percent.of(limit);
        final String start = switch (verdict) {
            case FAIL -> "shown to be more than " + limitText + " slower than base";
            case WARN -> "slower than base, but not shown to be so by more than " + limitText;
            case IMPROVED -> "shown to be faster than base";
            case PASS -> "shown to be less than " + limitText + " slower than base";
            default -> "neither a slowdown nor one below the limit of " + limitText + " is shown";
        };
        return start + ": head is " + Percent.effect(interval) + WEAKER;
    }
}
