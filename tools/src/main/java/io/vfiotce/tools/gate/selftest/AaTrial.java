package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Judge;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whole runs of a jar against itself while another process loads the machine. */
final class AaTrial implements Trial {
    /** Most row verdicts of a hundred that the first stage may flag. */
    private static final double FLAGGED_SHARE = 0.1;

    private final Workspace workspace;
    private final AaRuns runs;

    AaTrial(final Workspace workspace, final GateCalls calls) {
        this.workspace = workspace;
        runs = new AaRuns(workspace, calls, "aa", workspace.sizes().batches());
    }

    @Override
    public Part part() {
        return Part.AA;
    }

    @Override
    public List<Step> steps() {
        final long expectedMs = 2L
                * Workspace.AA_PAIRS
                * workspace.sizes().rows().size()
                * workspace.forks().forkMs();
        return runs.steps("jar against itself", expectedMs, true);
    }

    /** All pairs of the first stages, by row. */
    Map<String, List<Pair>> pairs() {
        final Map<String, List<Pair>> pairs = new TreeMap<>();
        for (final Map<String, LayerResult> run : runs.results(Layer.TIME)) {
            run.forEach((row, result) -> pairs.computeIfAbsent(row, name -> new ArrayList<>())
                    .addAll(result.pairs().stream()
                            .filter(pair -> pair.stage() == 1)
                            .toList()));
        }
        return pairs;
    }

    @Override
    public List<Figure> figures() {
        final int planned = runs.verdicts();
        final List<Map<String, LayerResult>> results = runs.results(Layer.TIME);
        int verdicts = 0;
        int flagged = 0;
        int failed = 0;
        int invalid = 0;
        for (int i = 0; i < results.size(); i++) {
            for (final LayerResult result : results.get(i).values()) {
                final ForkPairs first = ForkPairs.ofStage(result.pairs(), 1);
                if (first.size() == Workspace.AA_PAIRS) {
                    // The report calls a row that is slower than itself INVALID, so its pairs are judged here.
                    final Judge judge = new Judge(settings(workspace.seed() + i));
                    final boolean flags = judge.flags(first);
                    verdicts++;
                    flagged += flags ? 1 : 0;
                    failed += flags && isConfirmed(judge, result) ? 1 : 0;
                    invalid += result.verdict() == Verdict.INVALID ? 1 : 0;
                }
            }
        }
        final String part = part().toString();
        return List.of(
                Figure.count(part, "row verdicts of 8 pairs under load", verdicts, planned, Figure.Bound.all(planned)),
                Figure.count(part, "false FAIL", failed, verdicts, Figure.Bound.atMost(0)),
                Figure.count(part, "flagged by the first stage", flagged, verdicts, Figure.Bound.atMost((long)
                        (FLAGGED_SHARE * planned))),
                Figure.told(part, "INVALID, for the load disturbed them", invalid + " of " + verdicts));
    }

    private static boolean isConfirmed(final Judge judge, final LayerResult result) {
        return judge.judge(ForkPairs.ofStage(result.pairs(), 1), ForkPairs.ofStage(result.pairs(), 2))
                        .verdict()
                == Verdict.FAIL;
    }

    private JudgeSettings settings(final long seed) {
        return JudgeSettings.standard(
                Judged.LIMIT, workspace.sizes().rows().size(), Workspace.AA_PAIRS, Workspace.AA_CONFIRM_PAIRS, seed);
    }
}
