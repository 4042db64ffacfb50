package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.DetectableEffect;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import io.vfiotce.tools.gate.stats.Replay;
import io.vfiotce.tools.gate.stats.Shares;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run would find of one slowdown of one row.
 *
 * @param slowdown the slowdown: 0.05 is five percent
 * @param firstPairs pairs with which the first stage flags it nearly always
 * @param confirmPairs pairs with which the second stage confirms it nearly always
 * @param shares share of each verdict with the planned pairs; empty if fewer are recorded than a stage takes
 */
public record PowerFigures(double slowdown, int firstPairs, int confirmPairs, Optional<Shares> shares) {
    private static final int DRAWS = 2_000;
    private static final double PERCENT = 100;

    /**
     * Estimates from recorded pairs, of which the effect is taken out and the slowdown put in instead.
     *
     * @param recorded the pairs
     * @param settings how a run would judge the row
     * @param slowdown the slowdown
     * @return the figures
     * @throws BadInputException if the margin hides the slowdown
     */
    public static PowerFigures of(final ForkPairs recorded, final JudgeSettings settings, final double slowdown) {
        if (!(slowdown > settings.margin())) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "a slowdown of %s %% is not above the margin of %s %%, so nothing is to find it",
                    PERCENT * slowdown,
                    PERCENT * settings.margin()));
        }
        final ForkPairs noise = recorded.centred();
        final boolean enough = recorded.size() >= Math.max(settings.firstPairs(), settings.confirmPairs());
        return new PowerFigures(
                slowdown,
                DetectableEffect.pairsNeeded(noise, slowdown, settings.stageAlpha(), settings.margin()),
                DetectableEffect.pairsNeeded(noise, slowdown, settings.confirmAlpha(), settings.margin()),
                enough
                        ? Optional.of(new Replay(settings)
                                .verdicts(noise.slowed(slowdown), Validity.MOST_CONTAMINATED, DRAWS, settings.seed()))
                        : Optional.empty());
    }

    /** {@return the figures as a line of text} */
    public String line() {
        final String needed = String.format(
                Locale.ROOT, "  +%.1f %%: needs %d + %d pairs", PERCENT * slowdown, firstPairs, confirmPairs);
        return shares.map(share -> String.format(
                        Locale.ROOT,
                        "%s; with the planned ones FAIL %.1f %%, WARN %.1f %%, INCONCLUSIVE %.1f %%, INVALID %.1f %%, PASS %.1f %%",
                        needed,
                        PERCENT * share.fail(),
                        PERCENT * share.warn(),
                        PERCENT * share.inconclusive(),
                        PERCENT * share.invalid(),
                        PERCENT * share.pass()))
                .orElse(needed + "; too few are recorded to draw runs from");
    }
}
