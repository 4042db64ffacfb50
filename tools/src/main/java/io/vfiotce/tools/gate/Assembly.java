package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.config.WaivedRows;
import io.vfiotce.tools.gate.layer.CodeShapeRule;
import io.vfiotce.tools.gate.report.EnvelopeKeys;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.HostSample;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Policy;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.ForkRecord;
import io.vfiotce.tools.gate.run.RunJournal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Makes one verdict out of what the layers say: controls first, then instructions without effect, waivers, and policy. */
final class Assembly {
    private final String command;
    private final RunPlan plan;
    private final Map<String, String> envelope;
    private final List<String> notes = new ArrayList<>();

    Assembly(final String command, final RunPlan plan, final Map<String, String> envelope) {
        this.command = command;
        this.plan = plan;
        this.envelope = new LinkedHashMap<>(envelope);
    }

    /** Adds what else a reader must know. */
    void note(final String sentence) {
        notes.add(sentence);
    }

    /** Adds how the forks ran whose time counts, the clock's before others. */
    void forks(final List<RunJournal> journals) {
        final List<ForkRecord> measured = journals.stream()
                .flatMap(journal -> journal.records().stream())
                .filter(fork -> fork.measure() != null)
                .toList();
        if (!measured.isEmpty()) {
            final Map<String, String> identity = measured.get(0).measure().identity();
            List.of("JDK", "VM", "JMH version")
                    .forEach(name -> envelope.put(name, identity.getOrDefault(name, "unknown")));
            final long elapsedMs = measured.stream()
                    .mapToLong(fork -> fork.startMs() + fork.measure().durationMs())
                    .max()
                    .orElseThrow();
            envelope.put(EnvelopeKeys.ELAPSED_MS, String.valueOf(elapsedMs));
        }
    }

    /**
     * Makes the report.
     *
     * @param results what the layers say
     * @param known texts of all rows that either jar has
     * @param host the host over time
     */
    GateReport report(final List<RowResult> results, final Set<String> known, final List<HostSample> host) {
        final WaivedRows waived = plan.config().waivers().apply(advisory(controlled(results)), known);
        final RunVerdict sum = RunVerdict.of(waived, plan.run());
        final List<String> all = new ArrayList<>(notes);
        all.addAll(waived.problems());
        final Map<String, String> facts = new LinkedHashMap<>(envelope);
        judgedBy(
                facts,
                plan.run(),
                results.stream()
                        .filter(row -> row.layers().stream().anyMatch(layer -> layer.interval() != null))
                        .map(row -> plan.profile().row(row.row()).margin()));
        return new GateReport(
                GateReport.SCHEMA,
                command,
                sum.verdict(),
                sum.exitCode(),
                plan.seed(),
                facts,
                sum.rows(),
                host,
                List.copyOf(all));
    }

    /** Adds what verdicts block, and the margin of the rows, if they all have one. */
    static void judgedBy(final Map<String, String> facts, final RunSettings run, final Stream<Double> margins) {
        final Policy policy = RunVerdict.policy(run);
        facts.put(EnvelopeKeys.ON_INCONCLUSIVE, policy.inconclusive());
        facts.put(EnvelopeKeys.ON_INVALID, policy.invalid());
        final List<Double> different = margins.distinct().toList();
        if (different.size() == 1) {
            facts.put(EnvelopeKeys.MARGIN, different.get(0).toString());
        }
    }

    /** A control that became slower proves that the host, or the gate, makes slowdowns: no other of this run counts. */
    private List<RowResult> controlled(final List<RowResult> results) {
        final List<String> failed = results.stream()
                .filter(RowResult::control)
                .filter(row -> row.layers().stream().anyMatch(Assembly::isSlower))
                .map(RowResult::row)
                .toList();
        if (failed.isEmpty()) {
            return results;
        }
        return results.stream()
                .map(row -> mapped(
                        row,
                        layer -> isSlower(layer)
                                ? LayerResults.with(
                                        layer,
                                        Verdict.INVALID,
                                        "the control " + failed.get(0)
                                                + " became slower, though all it reaches is the same in both jars; "
                                                + "without that, FAIL: " + layer.reason())
                                : layer))
                .toList();
    }

    private static boolean isSlower(final LayerResult layer) {
        return (layer.layer() == Layer.TIME || layer.layer() == Layer.LATENCY) && layer.verdict() == Verdict.FAIL;
    }

    /**
     * What only warns in a row whose time passes: more instructions than the base has, unless the configuration says otherwise,
     * and less code that may just have been simplified.
     */
    private List<RowResult> advisory(final List<RowResult> results) {
        return results.stream()
                .map(row -> passesTime(row) ? mapped(row, this::advised) : row)
                .toList();
    }

    private LayerResult advised(final LayerResult layer) {
        final boolean isAdvice = switch (layer.layer()) {
            case INSTRUCTIONS -> !plan.run().instructionsBlock() && layer.interval() != null;
            case CODE_SHAPE -> layer.figures().containsKey(CodeShapeRule.TIME_DECIDES);
            default -> false;
        };
        return isAdvice && layer.verdict() == Verdict.FAIL
                ? LayerResults.with(layer, Verdict.WARN, layer.reason() + "; only a warning, for the row's time passes")
                : layer;
    }

    private static boolean passesTime(final RowResult row) {
        return row.layers().stream()
                .anyMatch(layer -> layer.layer() == Layer.TIME
                        && (layer.verdict() == Verdict.PASS || layer.verdict() == Verdict.IMPROVED));
    }

    private static RowResult mapped(final RowResult row, final UnaryOperator<LayerResult> change) {
        return new RowResult(
                row.row(),
                row.unit(),
                row.control(),
                row.layers().stream().map(change).toList());
    }
}
