package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.Validity;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Replay;
import io.vfiotce.tools.gate.stats.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How often planted slowdowns are found. Live pairs of each row and slowdown are drawn again for runs of both stages, of which
 * only FAIL counts; beside them whole runs with a slowdown of ten percent.
 */
final class PowerTrial implements Trial {
    private static final double MOST_PASSED = 0.05;
    private static final int WHOLE_PER_MILLE = 100;
    /** What a run waits between its stages, in milliseconds. */
    private static final long GAP_MS = 60_000;

    /** A planted slowdown, in thousandths, and how often it must be found. */
    private enum Slowdown {
        SMALL(50, 0.75),
        MIDDLE(100, 0.95),
        LARGE(250, 1);

        private final int perMille;
        private final double found;

        Slowdown(final int perMille, final double found) {
            this.perMille = perMille;
            this.found = found;
        }

        /** Under load what is close to the limit matters, for that could pass. */
        int pairs(final Sizes sizes, final boolean loaded) {
            return this == LARGE || loaded && this != SMALL ? sizes.largePairs() : sizes.pairs();
        }
    }

    private final Workspace workspace;
    private final GateCalls calls;
    private final ForkSource forks;
    private final Guard guard;

    PowerTrial(final Workspace workspace, final GateCalls calls, final ForkSource forks, final Guard guard) {
        this.workspace = workspace;
        this.calls = calls;
        this.forks = forks;
        this.guard = guard;
    }

    @Override
    public Part part() {
        return Part.POWER;
    }

    @Override
    public List<Step> steps() {
        final List<Step> steps = new ArrayList<>();
        for (final Slowdown slowdown : Slowdown.values()) {
            steps.add(series(slowdown, false));
        }
        for (int i = 0; i < workspace.sizes().wholeRuns(); i++) {
            final long expectedMs = GAP_MS
                    + 2L
                            * (Workspace.WHOLE_PAIRS + Workspace.WHOLE_CONFIRM_PAIRS)
                            * workspace.sizes().timedRows().size()
                            * workspace.powerForks().forkMs();
            steps.add(new CallStep(
                    "whole run with 10 % planted, run " + (i + 1), expectedMs, whole(i), calls, false, guard));
        }
        for (final Slowdown slowdown : Slowdown.values()) {
            steps.add(series(slowdown, true));
        }
        return steps;
    }

    private Series series(final Slowdown slowdown, final boolean loaded) {
        return new Series(
                workspace, forks, guard, slowdown.perMille, slowdown.pairs(workspace.sizes(), loaded), loaded);
    }

    private GateCall whole(final int number) {
        return new GateCall(
                "ab",
                workspace.plain(),
                workspace.planted("slowPerMille", WHOLE_PER_MILLE),
                "time",
                workspace.sizes().timedRows(),
                workspace.seed() + number,
                workspace.root().resolve(String.format(Locale.ROOT, "whole-%02d", number)));
    }

    @Override
    public List<Figure> figures() {
        final List<Figure> figures = new ArrayList<>();
        for (final Slowdown slowdown : Slowdown.values()) {
            addShares(figures, slowdown, false);
        }
        final int planned =
                workspace.sizes().wholeRuns() * workspace.sizes().timedRows().size();
        long failed = 0;
        for (int i = 0; i < workspace.sizes().wholeRuns(); i++) {
            failed += Judged.layer(whole(i), Layer.TIME).values().stream()
                    .filter(result -> result.verdict() == Verdict.FAIL)
                    .count();
        }
        figures.add(Figure.count(
                part().toString(),
                "FAIL of rows in whole runs with 10 % planted",
                failed,
                planned,
                Figure.Bound.all(planned)));
        for (final Slowdown slowdown : Slowdown.values()) {
            addShares(figures, slowdown, true);
        }
        return figures;
    }

    private void addShares(final List<Figure> figures, final Slowdown slowdown, final boolean loaded) {
        final Replay replay = new Replay(Judged.family(workspace));
        final String part = part().toString();
        for (final RowRun run : series(slowdown, loaded).rows()) {
            final ForkPairs pairs = ForkPairs.of(run.pairs());
            final Shares shares = replay.verdicts(
                    pairs, Validity.MOST_CONTAMINATED, workspace.sizes().draws(), workspace.seed());
            final String name = String.format(
                    Locale.ROOT,
                    "%s, %d %% planted, %s",
                    run.row().benchmark().replaceFirst(".*\\.", ""),
                    slowdown.perMille / 10,
                    loaded ? "loaded" : "calm");
            figures.add(
                    loaded
                            ? Figure.told(part, name + ": found", Figure.percent(shares.fail()))
                            : Figure.share(
                                    part, name + ": found", shares.fail(), Figure.Bound.shareAtLeast(slowdown.found)));
            // The stricter of the two: no pass is excused by what disturbed its pairs.
            figures.add(Figure.share(
                    part, name + ": passed", shares.passByFigures(), Figure.Bound.shareAtMost(MOST_PASSED)));
            figures.add(Figure.told(part, name + ": INVALID", Figure.percent(shares.invalid())));
            figures.add(Figure.told(
                    part,
                    name + ": pairs that the host disturbed, reruns included",
                    pairs.disturbed() + " of " + pairs.size()));
        }
    }
}
