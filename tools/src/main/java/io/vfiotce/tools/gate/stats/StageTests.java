package io.vfiotce.tools.gate.stats;

/**
 * The tests of one stage of one row. Each question is put to both effects, the broad and the fast-mode one.
 *
 * @param pairs the stage's pairs
 * @param settings what to hold
 */
record StageTests(ForkPairs pairs, JudgeSettings settings) {
    /** The broad effect shows a slowdown above the margin, and one that is worth an objection. */
    boolean broadObjects(final double alpha) {
        return SignedRank.pAbove(pairs.differences(), settings.logMargin()) <= alpha / 2
                && SignedRank.estimate(pairs.differences()) >= settings.logRelevant();
    }

    /** The fast-mode effect shows a slowdown above the margin, and one that is worth an objection. */
    boolean fastObjects(final double alpha) {
        return LabelSwap.estimate(pairs) >= settings.logRelevant()
                && LabelSwap.pAbove(pairs, settings.logMargin()) <= alpha / 2;
    }

    /**
     * A slowdown is shown: one of two tests rejects at half the level each, with an effect of at least half the limit.
     *
     * <p>Both stages ask for the effect. A slowdown that is shown but is less than half the limit is no objection, so it costs
     * no second stage and can be a PASS.
     */
    boolean object(final double alpha) {
        return broadObjects(alpha) || fastObjects(alpha);
    }

    /**
     * The slowdown is shown to be below the limit in both effects, each at the full level: passing takes both, so the larger of
     * the two errors bounds that of the verdict (an intersection-union test, Berger 1982).
     */
    boolean areBelowLimit() {
        return SignedRank.pBelow(pairs.differences(), settings.logLimit()) <= JudgeSettings.BOUND_ALPHA
                && LabelSwap.pBelow(pairs, settings.logLimit()) <= JudgeSettings.BOUND_ALPHA;
    }

    /** Head is shown to be faster by more than the margin: the regression test with the arms exchanged, without a least effect. */
    boolean showFaster(final double alpha) {
        return SignedRank.pBelow(pairs.differences(), -settings.logMargin()) <= alpha / 2
                || LabelSwap.pBelow(pairs, -settings.logMargin()) <= alpha / 2;
    }
}
