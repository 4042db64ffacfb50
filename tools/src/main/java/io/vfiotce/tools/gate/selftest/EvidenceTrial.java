package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Whole runs of a jar against itself in those layers beside the clock that every row has everywhere. */
final class EvidenceTrial implements Trial {
    private static final List<Layer> LAYERS = List.of(Layer.ALLOCATION, Layer.CODE_SHAPE);

    private final Workspace workspace;
    private final AaRuns runs;

    EvidenceTrial(final Workspace workspace, final GateCalls calls) {
        this.workspace = workspace;
        runs = new AaRuns(workspace, calls, "evidence", workspace.sizes().evidenceRuns());
    }

    @Override
    public Part part() {
        return Part.EVIDENCE;
    }

    @Override
    public List<Step> steps() {
        // The forks of both jars run side by side.
        final long expectedMs = (long) LAYERS.size()
                * workspace.sizes().rows().size()
                * workspace.forks().forkMs();
        return runs.steps("allocation and compiled code of a jar against itself", expectedMs, false);
    }

    @Override
    public List<Figure> figures() {
        final List<Verdict> verdicts = new ArrayList<>();
        for (final Layer layer : LAYERS) {
            runs.results(layer).stream()
                    .flatMap(run -> run.values().stream())
                    .map(LayerResult::verdict)
                    .filter(verdict -> verdict != Verdict.MISSING)
                    .forEach(verdicts::add);
        }
        final int planned = runs.verdicts() * LAYERS.size();
        final String part = part().toString();
        return List.of(
                Figure.count(
                        part,
                        "row verdicts of allocation and compiled code",
                        verdicts.size(),
                        planned,
                        Figure.Bound.all(planned)),
                Figure.count(
                        part,
                        "false FAIL of allocation and compiled code",
                        count(verdicts, Verdict.FAIL),
                        verdicts.size(),
                        Figure.Bound.atMost(0)),
                Figure.told(part, "PASS", count(verdicts, Verdict.PASS) + " of " + verdicts.size()));
    }

    private static long count(final List<Verdict> verdicts, final Verdict which) {
        return verdicts.stream().filter(verdict -> verdict == which).count();
    }
}
