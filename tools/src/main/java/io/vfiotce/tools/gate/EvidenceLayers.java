package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.Contracts;
import io.vfiotce.tools.gate.config.MethodContract;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationRule;
import io.vfiotce.tools.gate.layer.AllocationSample;
import io.vfiotce.tools.gate.layer.CodeShapeRule;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.layer.InstructionRule;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkFailedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The layers beside the clock: two jars compared and the contracts of the head, or the contracts alone. One fork of each jar
 * will do if it passes; otherwise {@link InstructionRule#REPEATS} are judged. Where these fail, {@link CodeShapeRule#REPEATS} are,
 * of all that hangs on what C2 inlines in a fork: of compiled code, and of allocation, which it may do away with.
 */
final class EvidenceLayers {
    /** What JMH and the probe allocate in an iteration is surely less. */
    static final double MOST_CONSTANT_BYTES = 16_384;

    private final Evidence evidence;
    private final Contracts contracts;
    private final boolean codeSizeBlocks;
    private final List<Arm> arms;

    /** Why forks failed that were run before their row's allocation is judged. */
    private final Map<RowName, List<String>> failed = new TreeMap<>();

    /**
     * Creates the layers.
     *
     * @param evidence the forks
     * @param plan how the run is made, with its contracts
     * @param compares whether there is a base
     */
    EvidenceLayers(final Evidence evidence, final RunPlan plan, final boolean compares) {
        this.evidence = evidence;
        contracts = plan.config().contracts();
        codeSizeBlocks = plan.run().codeSizeBlocks();
        arms = compares ? List.of(Arm.BASE, Arm.HEAD) : List.of(Arm.HEAD);
    }

    /** A fork of a layer. */
    @FunctionalInterface
    private interface Source<T> {
        T fork(Arm arm, int number) throws InterruptedException;
    }

    /** A fork that fails is run once more, as of the clock: a signal, or want of memory, says nothing about the row. */
    private static <T> T tried(final Source<T> source, final Arm arm, final int number, final List<String> failures)
            throws InterruptedException {
        try {
            return source.fork(arm, number);
        } catch (final ForkFailedException e) {
            failures.add(e.getMessage());
            return source.fork(arm, number);
        }
    }

    /**
     * The rule of a run's allocations, from the empty row of the head.
     *
     * @param empty the empty row
     * @throws GateDataException if it cannot be measured, or is not empty
     */
    AllocationRule allocationRule(final RowName empty) throws InterruptedException {
        final List<AllocationFork> forks = new ArrayList<>();
        for (int number = 0; number < InstructionRule.REPEATS; number++) {
            try {
                forks.add(tried(
                        (arm, fork) -> evidence.allocation(arm, empty, fork), Arm.HEAD, number, new ArrayList<>()));
            } catch (final ForkFailedException e) {
                throw new GateDataException("the empty row cannot be measured: " + e.getMessage());
            }
        }
        final AllocationRule rule = new AllocationRule(forks);
        if (rule.constantBytes() > MOST_CONSTANT_BYTES) {
            throw new GateDataException(String.format(
                    Locale.ROOT,
                    "the allocationBaseline %s is not empty: it allocates %.0f bytes per iteration, JMH itself surely less"
                            + " than %.0f",
                    empty.text(),
                    rule.constantBytes(),
                    MOST_CONSTANT_BYTES));
        }
        return rule;
    }

    /**
     * The rule of a run's allocations without an empty row, where there are no contracts. What allocates least in either jar
     * stands for it: at least what JMH does, and where two jars are compared never more than the base, so that nothing which
     * the head alone allocates is taken for JMH's.
     *
     * @param rows the rows of the pass
     */
    AllocationRule allocationRule(final Collection<RowName> rows) throws InterruptedException {
        double leastBytes = MOST_CONSTANT_BYTES;
        for (final RowName row : rows) {
            for (final Arm arm : arms) {
                try {
                    final AllocationFork fork = tried(
                            (whose, number) -> evidence.allocation(whose, row, number),
                            arm,
                            0,
                            failed.computeIfAbsent(row, name -> new ArrayList<>()));
                    final AllocationRule own = new AllocationRule(List.of(fork));
                    leastBytes = Math.min(leastBytes, own.constantBytes());
                } catch (final ForkFailedException | GateDataException e) {
                    // The row says so itself when it is judged.
                    continue;
                }
            }
        }
        return new AllocationRule(List.of(new AllocationFork(List.of(new AllocationSample(leastBytes, 1)), 0)));
    }

    /** Judges a row's allocation. */
    LayerResult allocation(final RowName row, final AllocationRule rule, final RowSettings settings)
            throws InterruptedException {
        return judged(
                Layer.ALLOCATION,
                CodeShapeRule.REPEATS,
                failed.getOrDefault(row, List.of()),
                (arm, number) -> evidence.allocation(arm, row, number),
                (base, head) -> both(
                        base.isEmpty() ? Optional.empty() : Optional.of(rule.compare(base, head)),
                        contract(rule, head, settings)));
    }

    private static Optional<LayerResult> contract(
            final AllocationRule rule, final List<AllocationFork> head, final RowSettings settings) {
        if (settings.allocatedBytes().isEmpty()) {
            return Optional.empty();
        }
        final double bytes = settings.allocatedBytes().getAsDouble();
        return Optional.of(bytes == 0 ? rule.zero(head) : rule.bytes(head, bytes));
    }

    /** Judges a row's compiled code. */
    LayerResult codeShape(final RowName row) throws InterruptedException {
        final List<MethodContract> own = contracts.methodsOf(row.text());
        final List<String> methods =
                own.stream().map(MethodContract::method).distinct().toList();
        return judged(
                Layer.CODE_SHAPE,
                CodeShapeRule.REPEATS,
                List.of(),
                (arm, number) -> evidence.shape(arm, row, number, methods),
                (base, head) -> both(
                        base.isEmpty()
                                ? Optional.empty()
                                : Optional.of(CodeShapeRule.compare(base, head, codeSizeBlocks)),
                        own.isEmpty() ? Optional.empty() : Optional.of(CodeShapeRule.check(head, own))));
    }

    /** Judges a row's instructions. */
    LayerResult instructions(final RowName row) throws InterruptedException {
        final double max = contracts.maxInstructions(row.text());
        if (!evidence.countsInstructions()) {
            return uncounted("valgrind is not installed", max);
        }
        final Optional<InstructionPlan> plan;
        try {
            plan = tried((arm, number) -> evidence.instructionPlan(arm, row), arms.get(0), 0, new ArrayList<>());
        } catch (final ForkFailedException e) {
            return LayerResults.plain(Layer.INSTRUCTIONS, Verdict.MISSING, e.getMessage());
        }
        if (plan.isEmpty()) {
            return uncounted("the row has several threads, of which valgrind lets one run at a time", max);
        }
        return judged(
                Layer.INSTRUCTIONS,
                InstructionRule.REPEATS,
                List.of(),
                (arm, number) -> evidence.instructions(arm, row, number, plan.get()),
                (base, head) -> both(
                        base.isEmpty() ? Optional.empty() : Optional.of(InstructionRule.compare(base, head)),
                        Double.isInfinite(max) ? Optional.empty() : Optional.of(InstructionRule.ceiling(head, max))));
    }

    /** What cannot be counted never passes, and is missing where a contract wants it. */
    private static LayerResult uncounted(final String why, final double max) {
        return Double.isInfinite(max)
                ? InstructionRule.unavailable(why)
                : LayerResults.plain(
                        Layer.INSTRUCTIONS,
                        Verdict.MISSING,
                        String.format(
                                Locale.ROOT,
                                "%s: whether an invocation of the benchmark takes at most %.2f instructions cannot be seen"
                                        + " here",
                                why,
                                max));
    }

    private static LayerResult both(final Optional<LayerResult> compared, final Optional<LayerResult> contract) {
        if (compared.isPresent() && contract.isPresent()) {
            return LayerResults.joined(contract.get(), compared.get());
        }
        return compared.or(() -> contract).orElseThrow();
    }

    /** What cannot be measured or read is missing for this row; the others go on. */
    private <T> LayerResult judged(
            final Layer layer,
            final int repeats,
            final List<String> before,
            final Source<T> source,
            final BiFunction<List<T>, List<T>, LayerResult> rule)
            throws InterruptedException {
        final List<T> base = new ArrayList<>();
        final List<T> head = new ArrayList<>();
        final List<String> failures = new ArrayList<>(before);
        try {
            LayerResult result = null;
            for (int number = 0; number < repeats; number++) {
                for (final Arm arm : arms) {
                    (arm == Arm.BASE ? base : head).add(tried(source, arm, number, failures));
                }
                final boolean isEnough = number >= InstructionRule.REPEATS - 1;
                // Two forks of each prove no more than one.
                if (number == 0 || isEnough) {
                    result = rule.apply(base, head);
                }
                if (result.verdict() == Verdict.PASS || isEnough && result.verdict() != Verdict.FAIL) {
                    break;
                }
            }
            return LayerResults.retried(result, failures);
        } catch (final ForkFailedException | BadInputException | GateDataException e) {
            return LayerResults.plain(layer, Verdict.MISSING, e.getMessage());
        }
    }
}
