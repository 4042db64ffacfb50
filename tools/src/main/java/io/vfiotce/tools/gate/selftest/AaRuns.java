package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whole runs of the jar against itself over all rows.
 *
 * @param workspace where
 * @param calls starts them
 * @param profile how they judge
 * @param count how many
 */
record AaRuns(Workspace workspace, GateCalls calls, String profile, int count) {
    private GateCall call(final int number) {
        return new GateCall(
                "aa",
                workspace.plain(),
                workspace.plain(),
                profile,
                workspace.sizes().rows(),
                workspace.seed() + number,
                workspace.root().resolve(String.format(Locale.ROOT, "%s-%02d", profile, number)));
    }

    List<Step> steps(final String name, final long expectedMs, final boolean loaded) {
        final List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new CallStep(name + ", run " + (i + 1), expectedMs, call(i), calls, loaded, null));
        }
        return steps;
    }

    /** What each run says of its rows in a layer. */
    List<Map<String, LayerResult>> results(final Layer layer) {
        return IntStream.range(0, count)
                .mapToObj(number -> Judged.layer(call(number), layer))
                .toList();
    }

    /** Verdicts of a layer that all runs have. */
    int verdicts() {
        return count * workspace.sizes().rows().size();
    }
}
