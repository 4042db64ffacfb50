package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationRule;
import io.vfiotce.tools.gate.layer.InstructionRule;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.HostSample;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Coins;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.LatencyForks;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One comparison of two jars: completeness, then allocation, compiled code and instructions, then the clock, then response times.
 *
 * <p>Rows that reach the same bytes in both jars are controls. They have nothing to compare but their times. Controls, and
 * rows that only the head has, must keep its contracts like all others.
 */
final class AbRun {
    private final RunPlan plan;
    private final RowSelection selection;
    private final SortedSet<RowName> controls;
    private final SortedSet<RowName> compared;
    private final SortedMap<RowName, RowSettings> settings = new TreeMap<>();
    private final boolean differs;
    private final Optional<RowName> emptyRow;
    private final TimeLayer time;
    private final LatencyLayer latency;

    private AbRun(
            final RunPlan plan,
            final RowSelection selection,
            final SortedSet<RowName> controls,
            final SortedSet<RowName> compared,
            final boolean onlyTime) {
        this.plan = plan;
        this.selection = selection;
        this.controls = controls;
        this.compared = compared;
        differs = !compared.isEmpty();
        IdleRules.refuse(plan.profile(), selection.known());
        selection.both().forEach(row -> settings.put(row, settings(row, onlyTime)));
        selection.onlyHead().forEach(row -> settings.put(row, settings(row, onlyTime)));
        requireLayers();
        final List<RowName> contracted = with(Layer.ALLOCATION).stream()
                .filter(row -> settings.get(row).allocatedBytes().isPresent())
                .toList();
        emptyRow = EmptyRow.of(plan, selection.head(), with(Layer.ALLOCATION), contracted);
        if (!with(Layer.INSTRUCTIONS).isEmpty()) {
            plan.requireProgram();
        }
        final SortedMap<RowName, RowSettings> timed = settingsOf(Layer.TIME);
        final SortedMap<RowName, RowSettings> late = settingsOf(Layer.LATENCY);
        final int hypotheses = timed.size() + LatencyLayer.hypotheses(plan, late.keySet());
        time = timed.isEmpty() ? null : new TimeLayer(plan, timed, hypotheses);
        latency = late.isEmpty() ? null : new LatencyLayer(plan, late, hypotheses);
        requireBudget(timed.size());
    }

    /**
     * Plans a comparison of two jars.
     *
     * @param plan how the run is made
     * @param selection the rows
     * @param controls rows of both that reach the same bytes in both
     * @throws BadInputException if a setting cannot be used, or the budget does not do
     */
    static AbRun ofTwo(final RunPlan plan, final RowSelection selection, final SortedSet<RowName> controls) {
        final SortedSet<RowName> compared = new TreeSet<>(selection.both());
        compared.removeAll(controls);
        return new AbRun(plan, selection, controls, compared, false);
    }

    /**
     * Plans a comparison of a jar with itself: all rows are controls, and yet they are compared.
     *
     * @param plan how the run is made
     * @param selection the rows
     * @param onlyTime whether the clock alone judges, whatever layers the rows have
     * @throws BadInputException if a setting cannot be used, or the budget does not do
     */
    static AbRun ofItself(final RunPlan plan, final RowSelection selection, final boolean onlyTime) {
        return new AbRun(plan, selection, selection.both(), selection.both(), onlyTime);
    }

    private RowSettings settings(final RowName row, final boolean onlyTime) {
        final RowSettings own = plan.profile().row(row.text());
        final Layer clocked = own.layers().contains(Layer.LATENCY) ? Layer.LATENCY : Layer.TIME;
        final List<Layer> layers;
        if (onlyTime) {
            layers = List.of(clocked);
        } else if (isCompared(row)) {
            layers = own.layers();
        } else {
            layers = CheckRun.contractLayers(plan, row);
            if (differs && controls.contains(row) && own.layers().contains(clocked)) {
                layers.add(clocked);
            }
        }
        return new RowSettings(own.limit(), own.margin(), own.metric(), layers, own.allocatedBytes(), own.owner());
    }

    /** Whether there is more to compare than the time; a row that is new, or a control, keeps its contracts alone. */
    private boolean isCompared(final RowName row) {
        return compared.contains(row);
    }

    private void requireLayers() {
        if (differs
                && selection.both().stream()
                        .allMatch(row -> settings.get(row).layers().isEmpty())) {
            throw new BadInputException("profile " + plan.profile().name() + ": no layer judges any of the "
                    + selection.both().size() + " rows");
        }
    }

    private SortedSet<RowName> with(final Layer layer) {
        final SortedSet<RowName> rows = new TreeSet<>();
        settings.forEach((row, own) -> {
            if (own.layers().contains(layer)) {
                rows.add(row);
            }
        });
        return rows;
    }

    private SortedMap<RowName, RowSettings> settingsOf(final Layer layer) {
        final SortedMap<RowName, RowSettings> own = new TreeMap<>(settings);
        own.keySet().retainAll(with(layer));
        return own;
    }

    private long latencyMs() {
        return latency == null ? 0 : latency.leastMs();
    }

    private long evidenceMs() {
        final long plain = leastForks(Layer.ALLOCATION)
                + leastForks(Layer.CODE_SHAPE)
                + (emptyRow.isPresent() ? InstructionRule.REPEATS : 0);
        return plain * plan.forks().forkMs() + leastForks(Layer.INSTRUCTIONS) * plan.countingMs();
    }

    /** One fork of each jar that the layer looks at, for a row that passes. */
    private long leastForks(final Layer layer) {
        return with(layer).stream().mapToLong(row -> isCompared(row) ? 2 : 1).sum();
    }

    private void requireBudget(final int timed) {
        final long leftMs = plan.budgetMs() - evidenceMs();
        if (leftMs < 0) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "the layers beside the clock take %.1f minutes, the budget is %d: choose fewer rows or layers, or give more by --budget",
                    evidenceMs() / 6e4,
                    plan.run().budgetMinutes()));
        }
        if (latency != null) {
            latency.budget().requireFits(with(Layer.LATENCY).size(), leftMs);
        }
        if (time != null) {
            time.budget().requireFits(timed, leftMs - latencyMs());
        }
    }

    /** The schedule as text. */
    String listing() {
        final Coins coins = new Coins(plan.seed());
        final String clock = time == null ? "no row is timed\n" : time.budget().listing(with(Layer.TIME), coins);
        final String rates = latency == null ? "" : latency.budget().listing(with(Layer.LATENCY), coins);
        return clock
                + rates
                + String.format(
                        Locale.ROOT,
                        "allocation of %d rows, code shape of %d, instructions of %d: %.1f minutes; seed %d\n",
                        with(Layer.ALLOCATION).size(),
                        with(Layer.CODE_SHAPE).size(),
                        with(Layer.INSTRUCTIONS).size(),
                        evidenceMs() / 6e4,
                        plan.seed());
    }

    /**
     * Measures and judges.
     *
     * @param evidence forks of the layers beside the clock
     * @param timed forks of the clock
     * @param responding forks of the latency rows; empty if there are none
     * @param clock the time
     * @param assembly makes the report
     */
    GateReport run(
            final Evidence evidence,
            final Clocked<ForkRunner> timed,
            final Optional<Clocked<LatencyForks>> responding,
            final RunClock clock,
            final Assembly assembly)
            throws InterruptedException {
        final long endMs = clock.nowMs() + plan.budgetMs();
        final Map<RowName, List<LayerResult>> beside = beside(evidence);
        final Map<RowName, LayerResult> times = time == null ? Map.of() : time.run(timed, clock, endMs - latencyMs());
        final Map<RowName, LayerResult> responses =
                latency == null ? Map.of() : latency.run(responding.orElseThrow(), clock, endMs);
        if (!differs && time == null && latency == null) {
            assembly.note("No row reaches anything that differs between the jars: "
                    + (evidenceMs() == 0 ? "nothing was measured." : "only contracts were checked."));
        }
        final List<RowResult> results = new ArrayList<>(selection.gone());
        settings.keySet().forEach(row -> {
            final List<LayerResult> layers = new ArrayList<>();
            layers.add(selection.both().contains(row) ? complete(row) : RowSelection.isNew());
            layers.addAll(beside.get(row));
            Stream.of(times, responses)
                    .map(own -> own.get(row))
                    .filter(Objects::nonNull)
                    .forEach(layers::add);
            final String unit = responses.containsKey(row) ? "ns" : "ns/op";
            results.add(new RowResult(row.text(), unit, controls.contains(row), List.copyOf(layers)));
        });
        final List<RunJournal> journals = new ArrayList<>(List.of(timed.journal()));
        responding.map(Clocked::journal).ifPresent(journals::add);
        assembly.forks(journals);
        return assembly.report(
                results,
                selection.known(),
                journals.stream()
                        .flatMap(journal -> RowRun.host(journal).stream())
                        .sorted(Comparator.comparingLong(HostSample::startMs))
                        .toList());
    }

    private LayerResult complete(final RowName row) {
        return LayerResults.plain(
                Layer.COMPLETENESS,
                Verdict.PASS,
                controls.contains(row)
                        ? "both jars have this row, and all that it reaches is the same in both"
                        : "both jars have this row");
    }

    private Map<RowName, List<LayerResult>> beside(final Evidence evidence) throws InterruptedException {
        final EvidenceLayers two = new EvidenceLayers(evidence, plan, true);
        final EvidenceLayers one = new EvidenceLayers(evidence, plan, false);
        final SortedSet<RowName> allocating = with(Layer.ALLOCATION);
        final AllocationRule allocation;
        if (allocating.isEmpty()) {
            allocation = null;
        } else {
            allocation = emptyRow.isPresent() ? two.allocationRule(emptyRow.get()) : two.allocationRule(allocating);
        }
        final Map<RowName, List<LayerResult>> results = new TreeMap<>();
        for (final RowName row : settings.keySet()) {
            final EvidenceLayers layers = isCompared(row) ? two : one;
            final RowSettings own = settings.get(row);
            final List<LayerResult> said = new ArrayList<>();
            if (own.layers().contains(Layer.ALLOCATION)) {
                said.add(layers.allocation(row, allocation, own));
            }
            if (own.layers().contains(Layer.CODE_SHAPE)) {
                said.add(layers.codeShape(row));
            }
            if (own.layers().contains(Layer.INSTRUCTIONS)) {
                said.add(layers.instructions(row));
            }
            results.put(row, said);
        }
        return results;
    }
}
