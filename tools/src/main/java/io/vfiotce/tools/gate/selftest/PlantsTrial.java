package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.layer.CodeShapeRule;
import io.vfiotce.tools.gate.layer.InstructionRule;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whole runs with faults that the layers beside the clock must find every time. */
final class PlantsTrial implements Trial {
    /** Forks that a run has beside those of the layer. */
    private static final int OTHER_FORKS = 3;

    /** Time of a fork under Valgrind, in milliseconds. */
    static final long VALGRIND_MS = 50_000;

    /** A planted fault. */
    private enum Fault {
        ALLOCATION("one object per 100 calls", "allocation", "allocateEvery", 100, Layer.ALLOCATION, "allocation"),
        INLINING("loss of inlining", "inlining", "callees", 4, Layer.CODE_SHAPE, "code-shape"),
        INSTRUCTIONS("2 % more instructions", "hypercall", "slowPerMille", 20, Layer.INSTRUCTIONS, "instructions");

        private final String text;
        private final String row;
        private final String name;
        private final int value;
        private final Layer layer;
        private final String profile;

        Fault(
                final String text,
                final String row,
                final String name,
                final int value,
                final Layer layer,
                final String profile) {
            this.text = text;
            this.row = row;
            this.name = name;
            this.value = value;
            this.layer = layer;
            this.profile = profile;
        }

        /** Forks of a run that finds it. */
        int forks() {
            return OTHER_FORKS
                    + Arm.values().length * (this == INSTRUCTIONS ? InstructionRule.REPEATS : CodeShapeRule.REPEATS);
        }

        int runs(final Sizes sizes) {
            return this == INSTRUCTIONS ? sizes.instructionPlants() : sizes.plants();
        }
    }

    private final Workspace workspace;
    private final GateCalls calls;

    PlantsTrial(final Workspace workspace, final GateCalls calls) {
        this.workspace = workspace;
        this.calls = calls;
    }

    @Override
    public Part part() {
        return Part.PLANTS;
    }

    @Override
    public List<Step> steps() {
        final List<Step> steps = new ArrayList<>();
        for (final Fault fault : Fault.values()) {
            for (int i = 0; i < fault.runs(workspace.sizes()); i++) {
                final long forkMs = fault == Fault.INSTRUCTIONS
                        ? VALGRIND_MS
                        : workspace.forks().forkMs();
                steps.add(new CallStep(
                        fault.text + ", run " + (i + 1), fault.forks() * forkMs, call(fault, i), calls, false, null));
            }
        }
        return steps;
    }

    private GateCall call(final Fault fault, final int number) {
        return new GateCall(
                "ab",
                workspace.plain(),
                workspace.planted(fault.name, fault.value),
                fault.profile,
                List.of(fault.row),
                workspace.seed() + number,
                workspace.root().resolve(String.format(Locale.ROOT, "plant-%s-%02d", fault.profile, number)));
    }

    @Override
    public List<Figure> figures() {
        final List<Figure> figures = new ArrayList<>();
        for (final Fault fault : Fault.values()) {
            figures.add(figure(fault));
        }
        return figures;
    }

    private Figure figure(final Fault fault) {
        final int planned = fault.runs(workspace.sizes());
        final String name = fault.text + ": found";
        int found = 0;
        for (int i = 0; i < planned; i++) {
            for (final LayerResult result :
                    Judged.layer(call(fault, i), fault.layer).values()) {
                if (result.verdict() == Verdict.INCONCLUSIVE) {
                    return Figure.missing(part().toString(), name, result.reason());
                }
                found += result.verdict() == Verdict.FAIL ? 1 : 0;
            }
        }
        return Figure.count(part().toString(), name, found, planned, Figure.Bound.all(planned));
    }
}
