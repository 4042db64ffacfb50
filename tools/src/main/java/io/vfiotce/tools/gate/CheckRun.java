package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.Contracts;
import io.vfiotce.tools.gate.config.RatioContract;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationRule;
import io.vfiotce.tools.gate.layer.InstructionRule;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.stats.RatioBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** The contracts of one jar: allocation, compiled code, instructions, and ratios between rows. */
final class CheckRun {
    private final RunPlan plan;
    private final Contracts contracts;
    private final RowSelection selection;
    private final SortedMap<RowName, List<Layer>> layers = new TreeMap<>();
    private final Optional<RowName> emptyRow;
    private final RatioBounds ratioBounds;

    /**
     * Plans a check.
     *
     * @param plan how the run is made
     * @param selection the rows; the head is the jar
     * @throws io.vfiotce.tools.gate.jmh.GateDataException if a rule is about no row of the jar
     * @throws BadInputException if a contract lacks what it needs, or the budget does not do
     */
    CheckRun(final RunPlan plan, final RowSelection selection) {
        this.plan = plan;
        this.selection = selection;
        contracts = plan.config().contracts();
        IdleRules.refuse(plan.profile(), selection.known());
        IdleRules.refuse(contracts, selection.head());
        selection.both().forEach(row -> layers.put(row, contractLayers(plan, row)));
        emptyRow = EmptyRow.of(plan, selection.head(), with(Layer.ALLOCATION), with(Layer.ALLOCATION));
        if (count(Layer.INSTRUCTIONS) > 0) {
            plan.requireProgram();
        }
        ratioBounds = ratioBounds();
        final long neededMs = neededMs();
        if (neededMs > plan.budgetMs()) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "the contracts take %.1f minutes to check, the budget is %d: choose fewer rows, or give more by --budget",
                    neededMs / 6e4,
                    plan.run().budgetMinutes()));
        }
    }

    /** The layers in which a row has a contract and is judged. */
    static List<Layer> contractLayers(final RunPlan plan, final RowName row) {
        final RowSettings own = plan.profile().row(row.text());
        final Contracts contracts = plan.config().contracts();
        final List<Layer> chosen = new ArrayList<>();
        if (own.allocatedBytes().isPresent()) {
            chosen.add(Layer.ALLOCATION);
        }
        if (!contracts.methodsOf(row.text()).isEmpty()) {
            chosen.add(Layer.CODE_SHAPE);
        }
        if (Double.isFinite(contracts.maxInstructions(row.text()))) {
            chosen.add(Layer.INSTRUCTIONS);
        }
        chosen.retainAll(own.layers());
        return chosen;
    }

    private List<RatioContract> ratios(final Predicate<String> wanted) {
        return contracts.ratios().stream()
                .filter(ratio -> wanted.test(ratio.row()))
                .toList();
    }

    /** All ratios are one family; null without any. */
    private RatioBounds ratioBounds() {
        final int limits = ratios(this::isWanted).stream()
                .mapToInt(ratio ->
                        (ratio.min().isPresent() ? 1 : 0) + (ratio.max().isPresent() ? 1 : 0))
                .sum();
        return limits == 0
                ? null
                : new RatioBounds(plan.run().familyLevel(), limits, plan.run().pairs());
    }

    private List<RowName> with(final Layer layer) {
        return layers.keySet().stream()
                .filter(row -> layers.get(row).contains(layer))
                .toList();
    }

    private long count(final Layer layer) {
        return with(layer).size();
    }

    private long neededMs() {
        final long plain = count(Layer.ALLOCATION)
                + count(Layer.CODE_SHAPE)
                + (emptyRow.isPresent() ? InstructionRule.REPEATS : 0)
                + 2L * plan.run().pairs() * ratios(this::isWanted).size();
        return plain * plan.forks().forkMs() + count(Layer.INSTRUCTIONS) * plan.countingMs();
    }

    /** A ratio of a row that the jar has not is wanted too: it is missing. */
    private boolean isWanted(final String row) {
        return !selection.known().contains(row)
                || selection.both().stream().anyMatch(own -> own.text().equals(row));
    }

    /** Whether any contract holds for any row. */
    boolean hasContracts() {
        return layers.values().stream().anyMatch(own -> !own.isEmpty())
                || !ratios(this::isWanted).isEmpty();
    }

    /** What will be done, as text. */
    String listing() {
        return String.format(
                Locale.ROOT,
                "allocation of %d rows, code shape of %d, instructions of %d, %d ratios: %.1f minutes\n",
                count(Layer.ALLOCATION),
                count(Layer.CODE_SHAPE),
                count(Layer.INSTRUCTIONS),
                ratios(this::isWanted).size(),
                neededMs() / 6e4);
    }

    /**
     * Measures and judges.
     *
     * @param evidence forks of the layers beside the clock
     * @param forks forks of the clock, for ratios
     * @param journals a journal for each ratio by its number
     * @param clock the time
     * @param assembly makes the report
     * @param completeness what is said of every row's completeness: PASS, or NEW if there should be a base
     */
    GateReport run(
            final Evidence evidence,
            final ForkRunner forks,
            final IntFunction<RunJournal> journals,
            final RunClock clock,
            final Assembly assembly,
            final LayerResult completeness)
            throws InterruptedException {
        final EvidenceLayers judges = new EvidenceLayers(evidence, plan, false);
        final AllocationRule allocation = emptyRow.isEmpty() ? null : judges.allocationRule(emptyRow.get());
        final Map<String, List<LayerResult>> said = new TreeMap<>();
        for (final RowName row : layers.keySet()) {
            if (layers.get(row).isEmpty() && completeness.verdict() == Verdict.PASS) {
                // Nothing was asked of the row, so it has passed nothing.
                continue;
            }
            final List<LayerResult> own = new ArrayList<>(List.of(completeness));
            if (layers.get(row).contains(Layer.ALLOCATION)) {
                own.add(judges.allocation(row, allocation, plan.profile().row(row.text())));
            }
            if (layers.get(row).contains(Layer.CODE_SHAPE)) {
                own.add(judges.codeShape(row));
            }
            if (layers.get(row).contains(Layer.INSTRUCTIONS)) {
                own.add(judges.instructions(row));
            }
            said.put(row.text(), own);
        }
        for (final RatioContract ratio : ratios(this::isWanted)) {
            said.computeIfAbsent(ratio.row(), row -> new ArrayList<>()).add(ratio(ratio, forks, journals, clock));
        }
        final List<RowResult> results = new ArrayList<>();
        said.forEach((row, own) -> results.add(new RowResult(row, "ns/op", false, List.copyOf(own))));
        return assembly.report(results, known(), List.of());
    }

    private LayerResult ratio(
            final RatioContract ratio,
            final ForkRunner forks,
            final IntFunction<RunJournal> journals,
            final RunClock clock)
            throws InterruptedException {
        final Optional<RowName> row = named(ratio.row());
        final Optional<RowName> to = named(ratio.to());
        if (row.isEmpty() || to.isEmpty()) {
            return LayerResults.plain(
                    Layer.RATIO,
                    Verdict.MISSING,
                    "the jar has no row " + (row.isEmpty() ? ratio.row() : ratio.to()) + ", which a ratio is about");
        }
        final int number = contracts.ratios().indexOf(ratio);
        return new RatioRun(ratio, row.get(), to.get(), number)
                .run(plan, ratioBounds, forks, journals.apply(number), clock);
    }

    /** Rows of the jar, and those that are waived for being gone: whether a base has them is not seen here. */
    private Set<String> known() {
        final Set<String> known = new TreeSet<>(selection.known());
        plan.config().waivers().rows().stream()
                .filter(waiver -> waiver.layer() == Layer.COMPLETENESS)
                .forEach(waiver -> known.add(waiver.row()));
        return known;
    }

    private Optional<RowName> named(final String text) {
        return selection.head().stream().filter(row -> row.text().equals(text)).findFirst();
    }
}
